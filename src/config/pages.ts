import type { Config } from "./config";

type Places = Pick<Config, "appUrl" | "publicUrl" | "dashboard">;

/** Where the dashboard is, below PUBLIC_URL. */
export const dashboardPath = "/dashboard";

/** Whether people use the pages of this server, because the product has none of its own. */
export const usesOwnPages = ({ appUrl, publicUrl, dashboard }: Places): boolean => dashboard && appUrl === publicUrl;

/** The URL of a page by its path: the dashboard's are on this server, all others below APP_URL. */
export const pageUrl = ({ appUrl, publicUrl, dashboard }: Places, path: string): string =>
  (dashboard && `${path}/`.startsWith(`${dashboardPath}/`) ? publicUrl : appUrl) + path;
