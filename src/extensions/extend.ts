import type { Permission } from "../access/permissions";
import type { App } from "../app";
import type { RecordedEvent } from "../audit/audit";
import type { Writer } from "../db/database";
import type { PlainRoute, RouteGroup } from "../http/route";

/** What a product built on Bask does. */
export interface Extension {
  /** Groups of routes, served, documented and tested like Bask's own. */
  routes: readonly RouteGroup[];
  /** Pages and redirects: no base path, no credential, no input. */
  pages: readonly PlainRoute[];
  /** Links to pages of the product in the dashboard's sidebar, for members who have the permission. */
  links?: readonly DashboardLink[];
  /** Work that is repeated beside the requests, once a period in all processes together. */
  jobs: readonly Job[];
  /**
   * Called with every audit event, in the transaction that records it: what it writes happens if, and only if, the event does. It may await
   * nothing but queries. When it throws, what caused the event fails too.
   */
  onEvent?(tx: Writer, event: RecordedEvent): Promise<void>;
}

export interface DashboardLink {
  label: string;
  /** A path of `pages` or a URL; `{organization}` stands for the id of the organization that is shown. */
  to: string;
  needs: Permission;
}

export interface Job {
  /** Unique; how processes know which of them runs it. */
  name: string;
  /** Milliseconds from one start to the next. */
  every: number;
  /** One that takes longer than its period is not started again beside itself by this process; make it safe to run twice all the same. */
  run(app: App): Promise<void>;
}

/** Declares what a product does. */
export const extend = (extension: Extension): Extension => extension;

export const minutes = (count: number) => count * 60_000;
export const hours = (count: number) => count * 3_600_000;
