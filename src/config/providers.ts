import { z } from "zod";
import { ConfigError } from "./error";
import { baseUrl } from "./values";

/** Someone else's accounts that people sign in with. */
export interface Provider {
  /** In paths, sessions and policies. */
  name: string;
  /** What people see on the button. */
  title: string;
  kind: "oidc" | "github";
  /** Its URL: the issuer of an OpenID Connect provider. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /**
   * For which emails its word counts as much as a link that came back:
   * - `google`: those of gmail.com and of Google Workspace domains
   * - `all`: every email that it says is verified, because the operator says so
   * - `none`
   */
  authority: "google" | "all" | "none";
}

/** Names that sessions have for other ways of signing in. */
const taken = ["password", "passkey", "email-link", "google", "github"];

const Entry = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/),
  title: z.string().min(1).max(40),
  issuer: baseUrl,
  clientId: z.string().min(1).max(500),
  clientSecret: z.string().min(1).max(500),
  trustsEmail: z.boolean().default(false),
});

const fields = "name, title, issuer, clientId, clientSecret and, if you like, trustsEmail";

/** The providers of OIDC_PROVIDERS: a list in JSON. */
export const oidcProviders = z.string().transform((text, context): Provider[] => {
  const refuse = (message: string) => {
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refuse("must be a list in JSON");
  }
  const { data, success } = z.array(Entry).safeParse(json);
  if (!success) return refuse(`must be a list of objects with ${fields}`);
  const names = data.map(({ name }) => name);
  if (new Set([...names, ...taken]).size < names.length + taken.length) {
    return refuse(`must give each provider a name of its own, none of ${taken.join(", ")}`);
  }
  return data.map(({ trustsEmail, ...entry }) => ({ ...entry, kind: "oidc", authority: trustsEmail ? "all" : "none" }));
});

interface Given {
  GOOGLE_CLIENT_ID: string | undefined;
  GOOGLE_CLIENT_SECRET: string | undefined;
  GITHUB_CLIENT_ID: string | undefined;
  GITHUB_CLIENT_SECRET: string | undefined;
  GITHUB_URL: string;
  OIDC_PROVIDERS: Provider[] | undefined;
}

/** Every provider that is configured, in the order people see them. @throws ConfigError for half of a pair */
export function providersOf(given: Given): readonly Provider[] {
  const google = pair(given, "GOOGLE");
  const github = pair(given, "GITHUB");
  const own = { name: "google", title: "Google", kind: "oidc", authority: "google" } as const;
  return [
    ...(google ? [{ ...own, issuer: "https://accounts.google.com", ...google }] : []),
    ...(github
      ? [
          {
            name: "github",
            title: "GitHub",
            kind: "github",
            issuer: given.GITHUB_URL,
            authority: "none",
            ...github,
          } as const,
        ]
      : []),
    ...(given.OIDC_PROVIDERS ?? []),
  ];
}

function pair(given: Given, name: "GOOGLE" | "GITHUB") {
  const [clientId, clientSecret] = [given[`${name}_CLIENT_ID`], given[`${name}_CLIENT_SECRET`]];
  if (clientId === undefined && clientSecret === undefined) return undefined;
  if (clientId && clientSecret) return { clientId, clientSecret };
  throw new ConfigError(`${name}_CLIENT_ID and ${name}_CLIENT_SECRET are set together or not at all.`);
}
