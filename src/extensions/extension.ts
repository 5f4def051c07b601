import { extend } from "./extend";

/** What your product does; see docs/extending.md. */
export const extension = extend({
  routes: [],
  pages: [],
  jobs: [],
});
