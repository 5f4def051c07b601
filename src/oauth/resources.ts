import type { Config } from "../config/config";

/** The path of the API below PUBLIC_URL, as clients may name it. */
const apiPath = "/api/v1";

/** The names of the API as a service that access tokens are for (RFC 8707), its usual one first. */
export const apiResources = ({ publicUrl }: Config): readonly string[] => [publicUrl, `${publicUrl}${apiPath}`];

export const mcpPath = "/mcp";

/** The Model Context Protocol endpoint, which takes tokens of its own, where it is on. */
export const mcpResource = ({ publicUrl }: Config): string => publicUrl + mcpPath;

export const resourceMetadataPath = "/.well-known/oauth-protected-resource";

/** Where it is said what tokens the endpoint takes (RFC 9728). */
export const mcpMetadataUrl = ({ publicUrl }: Config): string => publicUrl + resourceMetadataPath + mcpPath;

/** A test whether an audience is one of these, with or without a slash at its end. */
export function openAudience(resources: readonly string[]): (audience: string) => boolean {
  const known = new Set(resources);
  return (audience) => known.has(audience) || known.has(withoutSlash(audience));
}

/**
 * The service that an app asks a token for, in the form that tokens name it; undefined for one that this installation issues no tokens for.
 * @param asked undefined stands for the API
 */
export function findResource(config: Config, asked: string | undefined): string | undefined {
  if (asked === undefined) return config.publicUrl;
  const known = [...apiResources(config), ...(config.mcp ? [mcpResource(config)] : []), ...config.oauthResources];
  return known.find((resource) => withoutSlash(resource) === withoutSlash(asked));
}

const withoutSlash = (text: string) => text.replace(/\/$/, "");
