import type { World } from "../support/world";

/** Names in the paths of a product's routes, made by the owner of the organization, whose access token it is. */
export async function extensionPaths(
  _world: World,
  _token: string,
  _organization: string,
): Promise<Record<string, string>> {
  return {};
}

/** Bodies with which a product's routes succeed, by method and path. */
export const extensionBodies: Record<string, unknown> = {};
