import { extend } from "../access/catalog";

/**
 * What your product adds to the catalogue. From here it serves roles, key scopes, custom roles and `permit` like Bask's own:
 *
 *   resources: { invoices: ["read", "send"] },
 *   roles: { member: ["invoices:send"], viewer: ["invoices:read"] },
 *   presets: { billing: ["invoices:*", "organization:read"] },
 */
export const extension = extend({
  resources: {},
  roles: { member: [], viewer: [] },
  presets: {},
});
