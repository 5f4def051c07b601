import { parseJson, readBytes } from "../http/body";
import { findCredential } from "../http/credential";
import { parse } from "../http/parse";
import { route } from "../http/route";
import { deriveToken } from "./derivation";
import { revokeLeaked } from "./leaks";
import { checkReport, revokeReported } from "./scanning";
import { verifyApiKeys } from "./verification";
import {
  DerivedToken,
  DeriveToken,
  LeakedKey,
  RevokedLeak,
  ScanningMatches,
  Verification,
  Verifications,
  VerifyApiKey,
  VerifyApiKeys,
} from "./verification.contract";

/** A report of GitHub's has up to a thousand matches. */
const maxReportBytes = 1024 * 1024;

export const verificationRoutes = [
  route("POST", "/api-keys/verify", {
    operationId: "verifyApiKey",
    access: "actor",
    needs: "api-keys:verify",
    countedAs: "verification",
    summary: "Verify an API key for another service; counts one use of it",
    description:
      "Tells your service whether an API key that was sent to it works, whose it is, and what it may do. Counts one use of the key. The status is 200 also for a key that does not work: read `valid` and `code`.",
    body: VerifyApiKey,
    response: Verification,
    async run({ app, actor, body: { organization, ...key } }) {
      return (await verifyApiKeys(app, actor, organization, [key], () => ""))[0]!;
    },
  }),
  route("POST", "/api-keys/verify/batch", {
    operationId: "verifyApiKeys",
    access: "actor",
    needs: "api-keys:verify",
    countedAs: "verification",
    summary: "Verify up to 100 API keys for another service",
    description: "Verifies several API keys in one request. The results are in the order of the keys.",
    body: VerifyApiKeys,
    response: Verifications,
    run: async ({ app, actor, body }) => ({ data: await verifyApiKeys(app, actor, body.organization, body.keys) }),
  }),
  route("POST", "/api-keys/derive", {
    operationId: "deriveToken",
    access: "actor",
    summary: "Derive a narrower, shorter token from the API key or personal access token of this request",
    description:
      "Derives a token for a part of what the API key or personal access token of this request may do, for at most an hour: hand it to an agent or a build step. Nothing is stored. It counts as its key, can be used from where its key can, and ends with it; it never creates credentials, and derives no other token.",
    errors: ["BAD_REQUEST"],
    body: DeriveToken,
    response: DerivedToken,
    run: ({ app, actor, body, request: { headers } }) =>
      deriveToken(app, actor, findCredential(headers.get("authorization"), headers.get("x-api-key"))!.text, body),
  }),
  route("POST", "/api-keys/revoke-leaked", {
    operationId: "revokeLeakedKey",
    access: "anyone",
    throttle: "session",
    summary: "Revoke a leaked API key or token; to hold it is enough",
    description:
      "Revokes an API key, a personal access token, or a token that stands for one, that was found where it should not be. Anyone who holds it can do this; no other credential is needed.",
    body: LeakedKey,
    response: RevokedLeak,
    run: async ({ app, actor, body }) => ({ revoked: await revokeLeaked(app, actor, body.key) }),
  }),
  route("POST", "/api-keys/leaks/github", {
    operationId: "reportLeakedKeys",
    access: "anyone",
    needs: "github-signature",
    summary: "Revoke the keys in a signed report of GitHub's secret scanning",
    errors: ["UNAUTHORIZED", "NOT_FOUND", "PAYLOAD_TOO_LARGE", "VALIDATION_ERROR"],
    description: "Receives the reports of GitHub's secret scanning, signed by GitHub, and revokes the keys in them.",
    rawBody: true,
    response: null,
    async run({ app, actor, request }) {
      const body = await readBytes(request, maxReportBytes);
      checkReport(app, {
        keyIdentifier: request.headers.get("github-public-key-identifier"),
        signature: request.headers.get("github-public-key-signature"),
        body,
      });
      await revokeReported(app, actor, parse(ScanningMatches, parseJson(body)));
    },
  }),
];
