import type { RouteGroup } from "../server/routes";

/**
 * The routes your product adds: `{ name: "Invoices", description: "What customers owe.", routes: invoiceRoutes }`.
 * They are served, documented and tested like Bask's own.
 */
export const extensionGroups: readonly RouteGroup[] = [];
