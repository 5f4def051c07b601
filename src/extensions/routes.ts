import type { Route } from "../http/route";

/** The routes your product adds: one line a noun, `...invoiceRoutes`. They are served, documented and tested like Bask's own. */
export const extensionRoutes: readonly Route[] = [];
