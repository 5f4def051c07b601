import type { RouteGroup } from "../../http/route";
import { guides } from "./guides";

export const eventsPath = "/docs/webhook-events";
export const errorsPath = "/docs/errors";

/** Where the reference of a group of routes is. */
export const groupPath = ({ name }: RouteGroup): string =>
  `/docs/api/${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`;

/** The paths of all pages, which are known without what the pages are made with. */
export const docsPaths = (groups: readonly RouteGroup[]): readonly string[] => [
  ...guides.map(({ path }) => path),
  ...groups.map(groupPath),
  eventsPath,
  errorsPath,
];
