import type { Identity } from "./issuers";

/** What a trust demands of a token. */
export interface TrustedClaims {
  issuer: string;
  audience: string;
  claims: Readonly<Record<string, string>>;
}

/** Why a token does not meet a trust: it is about something else, or its branch or environment is not protected. */
export type Mismatch = "other" | "unprotected";

/**
 * Why a token does not meet a trust; undefined when it does. Every claim must have exactly the value that the trust names. A `ref` names one
 * branch, or one tag where the trust also says `ref_type: "tag"`: a tag called `main` is not the branch `main`. Where the issuer says whether
 * the ref or the environment is protected it must be, unless the trust says otherwise by naming `ref_protected` or `environment_protected`.
 */
export function mismatchOf({ issuer, audience, claims }: TrustedClaims, identity: Identity): Mismatch | undefined {
  if (issuer !== identity.iss || ![identity.aud].flat().includes(audience)) return "other";
  for (const [name, value] of Object.entries(claims)) {
    if (name === "ref" ? !isRef(value, claims.ref_type, identity) : claimOf(identity, name) !== value) return "other";
  }
  const isProtected = ["ref", "environment"].every(
    (name) =>
      !(name in claims) ||
      `${name}_protected` in claims ||
      (claimOf(identity, `${name}_protected`) ?? "true") === "true",
  );
  return isProtected ? undefined : "unprotected";
}

/** Whether a token was made for a pull or merge request, in the words of GitHub and GitLab: anyone can open one. */
export function isPullRequest(identity: Identity): boolean {
  const [event, source] = ["event_name", "pipeline_source"].map((name) => claimOf(identity, name) ?? "");
  return (
    /^pull_request|^issue_comment/.test(event!) ||
    /merge_request|pull_request/.test(source!) ||
    ["ref", "ref_path"].some((name) => /^refs\/(pull|merge-requests)\//.test(claimOf(identity, name) ?? ""))
  );
}

function isRef(trusted: string, type: string | undefined, identity: Identity): boolean {
  const wanted = trusted.startsWith("refs/") ? trusted : `refs/${type === "tag" ? "tags" : "heads"}/${trusted}`;
  return refOf(identity) === wanted;
}

/** The full name of a token's ref. GitHub puts it into `ref`, GitLab into `ref_path`; older GitLabs have only a name and a type. */
function refOf(identity: Identity): string | undefined {
  if (Object.hasOwn(identity, "ref_path")) return claimOf(identity, "ref_path");
  const [ref, type] = ["ref", "ref_type"].map((name) => claimOf(identity, name));
  if (claimOf(identity, "pipeline_source") === undefined && ref?.startsWith("refs/")) return ref;
  if (type === "branch") return `refs/heads/${ref}`;
  return type === "tag" ? `refs/tags/${ref}` : undefined;
}

/** A claim as text; undefined for one that is missing or has parts. */
function claimOf(identity: Identity, name: string): string | undefined {
  const value = Object.hasOwn(identity, name) ? identity[name] : undefined;
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined;
}
