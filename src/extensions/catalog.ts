import { declare } from "./declare";

/**
 * What your product adds to Bask's catalogs; see docs/extending.md. What it does (routes, pages, jobs, and what follows from events) stands in
 * `extension.ts`, its tables in `tables.ts`, and its environment variables in `variables.ts`.
 */
export const catalog = declare({
  permissions: {},
  roles: { member: [], viewer: [] },
  presets: {},
  events: {},
  problems: {},
  emails: {},
});
