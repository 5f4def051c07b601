import { adminRoutes } from "./admin-routes";
import type { AdminApi } from "./api";
import type { Bask } from "./client";

/** A client that has the methods of operators too. */
export type AdminBask = Bask & AdminApi;

/**
 * Adds `bask.admin`, what operators of an installation call, to a client: `const bask = withAdmin(createClient({ url, cookie: true }))`.
 * @returns the same client
 */
export function withAdmin(client: Bask): AdminBask {
  client.addMethods(adminRoutes);
  return client as AdminBask;
}
