import { parseJson, readBytes } from "../http/body";
import { parse } from "../http/parse";
import { route } from "../http/route";
import { revokeLeaked } from "./leaks";
import { checkReport, revokeReported } from "./scanning";
import { verifyApiKeys } from "./verification";
import {
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
    access: "actor",
    needs: "api-keys:verify",
    summary: "For other services: what a key is and may do; counts one use of it",
    body: VerifyApiKey,
    response: Verification,
    async run({ app, actor, body: { organization, ...key } }) {
      return (await verifyApiKeys(app, actor, organization, [key]))[0]!;
    },
  }),
  route("POST", "/api-keys/verify/batch", {
    access: "actor",
    needs: "api-keys:verify",
    summary: "The same for up to 100 keys",
    body: VerifyApiKeys,
    response: Verifications,
    run: async ({ app, actor, body }) => ({ data: await verifyApiKeys(app, actor, body.organization, body.keys) }),
  }),
  route("POST", "/api-keys/revoke-leaked", {
    access: "anyone",
    throttle: "session",
    summary: "Revoke a key you found where it does not belong; holding it is enough",
    body: LeakedKey,
    response: RevokedLeak,
    run: async ({ app, actor, body }) => ({ revoked: await revokeLeaked(app, actor, body.key) }),
  }),
  route("POST", "/api-keys/leaks/github", {
    access: "anyone",
    needs: "github-signature",
    summary: "For GitHub's secret scanning: revoke the keys of a signed report",
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
