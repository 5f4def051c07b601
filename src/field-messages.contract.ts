import type { z } from "zod";

/**
 * Every sentence about one field. Each follows the field's path, `name must not be empty`, and never repeats what was submitted.
 * What zod finds is put into words by `describeIssue`; shapes and rules take theirs from here by name.
 */
export const fieldMessages = {
  required: "is required",
  unknownField: "is not a known field",
  givenTwice: "must be given once",
  invalid: "is not valid",
  invalidName: "is not a valid name",
  nul: "must not contain a NUL character",
  tooDeep: (levels: number) => `must not be nested more than ${levels} levels deep`,

  mustBe: (type: string) => `must be ${type}`,
  oneOf: (values: readonly unknown[]) => `must be one of: ${values.join(", ")}`,
  notEmpty: "must not be empty",
  minCharacters: (count: number) => `must have at least ${count} characters`,
  maxCharacters: (count: number) => `must have at most ${count} characters`,
  minEntries: (count: number) => `must have at least ${plural(count, "entry", "entries")}`,
  userIds: (count: number) => `must be the ids of at most ${count} users, separated by commas`,
  keyIds: (count: number) => `must be the ids of at most ${count} API keys, separated by commas`,
  maxEntries: (count: number) => `must have at most ${plural(count, "entry", "entries")}`,
  min: (limit: number) => `must be at least ${limit}`,
  max: (limit: number) => `must be at most ${limit}`,

  unicode: "must be valid Unicode text",
  visibleText: "must be one line of visible text, without control or invisible characters",
  email: "must be an email address",
  slug: "must be lowercase letters and digits, separated by single hyphens",
  httpUrl: "must be an http or https URL",
  httpsUrl: "must be an https URL",
  redirectUri:
    "must be an https URL, an http URL of this machine, or a URI with a scheme of the app such as com.example.app:/callback",
  bearerToken: "must be 8 to 1,000 visible ASCII characters",
  languageTag: "must be a BCP 47 language tag such as en or pt-BR",
  timeZone: "must be an IANA time zone such as Europe/Berlin",
  timestamp: "must be an ISO 8601 time such as 2027-01-31T12:00:00Z",
  timestampRange: "must be between the years 1970 and 9999",
  ip: "must be an IP address",
  network: "must be an IP address or a CIDR",
  id: "must be an id",
  cursor: "must be the nextCursor of a page of this list",
  auditAction: "must be an action such as session.started, or session.* for all of a kind",
  metadataName: "must be a letter, then letters, digits, dots, hyphens and underscores",
  claimName: "must be the name of a claim",
  repositoryClaim: "must name a repository_id or project_id",
  oneRef: "must name one branch or tag, without *",
  placeClaim: "must name a ref or an environment",
  notWith: (other: string) => `cannot be given together with ${other}`,
  tokenOrInvitationId: "give either token or invitationId",

  commonPassword: "is one of the most common passwords",
  guessablePassword: "is too close to your name, your email, your organization or the name of this service",
  ownEmail: "is already your email",
  unknownPermission: (known: string) => `is not a known permission; known are ${known}`,
  beyondPermissions: "is more than you may do yourself",
  emptyPreset: "has nothing that you may do yourself",
  unknownRole: "is not a role of this organization",
  path: "must be a path that begins with one slash",
  unknownMethod: "is not a way of signing in of this installation",
  ownerRole: "can only be given by a transfer of ownership",
  otherMember: "must be another member of this organization",
  inPast: "must be in the future",
  beyondPolicyLifetime: "is later than the organization's policy allows",
  beyondKeyEnd: "is later than the end of the API key that asks",
  beyondKeyIps: "is more than the API key that asks may be used from",
  liveByTestKey: "cannot be live: a test key creates test keys",
  beyondKeyRate: (limit: number) => `must be at most ${limit}, the limit of the API key that asks`,
  beyondOverlap: "must not be later than the end of the overlap: this key has a successor",
  beyondPlan: (limit: number, environment: string) =>
    `must be at most ${limit}, which the plan allows ${environment} keys`,
  wholeKey: "must contain a whole API key or token",
  notForTokens: "creates credentials, which neither personal access tokens nor derived tokens can do",
  boundResource: (prefixes: readonly string[]) =>
    prefixes.length === 0
      ? "cannot be used: this installation has no resources that keys can be bound to"
      : `must be the id of a resource that keys can be bound to: ${prefixes.map((prefix) => `${prefix}_...`).join(", ")}`,
  beyondKeyResources: "is not one of the resources that the key or token that asks is bound to",
  unknownMember: "must be the id of a member of this organization",
  withoutOwnIp: "must contain the IP address you come from",
  reservedSlug: "is reserved",
  takenSlug: (free: string) => `is taken; ${free} is available`,
  unknownEventType: "is not a known event type, or noun.* for all of a kind, or *",
  refusedUrl: {
    invalid_url: "must be an http or https URL",
    credentials_in_url: "must not contain a user name or a password",
    https_required: "must be an https URL",
    port_not_allowed: "must use port 443",
    unknown_host: "has a host name that could not be found",
    private_network: "leads to a network that is not public",
  },
  onlyWith: (other: string) => `can only be given together with ${other}`,
  unknownIssuer: "is not an issuer that this installation accepts",
  notBeforeEnd: "must be before the end",
  tooManySteps: (count: number) => `must be at most ${count} steps before the end`,
};

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

const types: Readonly<Record<string, string>> = {
  string: fieldMessages.mustBe("a string"),
  number: fieldMessages.mustBe("a number"),
  int: fieldMessages.mustBe("a whole number"),
  boolean: fieldMessages.mustBe("true or false"),
  array: fieldMessages.mustBe("a list"),
  object: fieldMessages.mustBe("an object"),
  record: fieldMessages.mustBe("an object"),
  null: fieldMessages.mustBe("null"),
};

/** The sentence for what zod found, where the shape has none of its own. An error map for `safeParse`, which needs the input. */
export function describeIssue(issue: z.core.$ZodRawIssue): string {
  if (issue.input === undefined) return fieldMessages.required;
  switch (issue.code) {
    case "invalid_type":
      return types[issue.expected] ?? fieldMessages.invalid;
    case "invalid_value":
      return fieldMessages.oneOf(issue.values);
    case "too_small":
      return tooSmall(String(issue.origin), Number(issue.minimum));
    case "too_big":
      return tooBig(String(issue.origin), Number(issue.maximum));
    case "invalid_union":
      return issue.options ? fieldMessages.oneOf(issue.options as unknown[]) : fieldMessages.invalid;
    case "invalid_key":
      return fieldMessages.invalidName;
    case "unrecognized_keys":
      return fieldMessages.unknownField;
    default:
      return fieldMessages.invalid;
  }
}

function tooSmall(origin: string, minimum: number): string {
  if (origin !== "string" && origin !== "array") return fieldMessages.min(minimum);
  if (minimum === 1) return fieldMessages.notEmpty;
  return origin === "string" ? fieldMessages.minCharacters(minimum) : fieldMessages.minEntries(minimum);
}

function tooBig(origin: string, maximum: number): string {
  if (origin === "string") return fieldMessages.maxCharacters(maximum);
  return origin === "array" ? fieldMessages.maxEntries(maximum) : fieldMessages.max(maximum);
}
