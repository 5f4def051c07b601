import type { App } from "../app";
import { hostCookie, readCookie } from "../http/cookies";
import { basePath } from "../http/route";
import { Problem } from "../problems";
import { proofLife, registrationChallenge, signatureChallenge } from "./device-binding";

/** The headers of Device Bound Session Credentials (W3C, 9), by which browsers bind sessions on their own. */

/** The bound cookie: when it is gone, the browser signs before it sends what is in the scope of the session. */
export const proofCookie = "__Host-bask_device";
export const registrationPath = "/auth/device-binding";
export const proofPath = `${registrationPath}/proof`;

type ResponseHeaders = Pick<Headers, "set">;

/** Where a path of the API is, for the browser. */
export const pathOf = ({ config }: App, path: string): string =>
  new URL(config.publicUrl).pathname.replace(/\/$/, "") + basePath + path;

/**
 * The session as the browser calls it. There is one for all sign-ins here, so that the next replaces it; browsers keep such names by registrable
 * domain, where there may be other installations.
 */
export const boundSessionName = ({ config }: App): string => new URL(config.publicUrl).origin;

/** Asks the browser to bind the session that it has just signed in to. One that knows nothing of it goes on as before. */
export function offerBinding(app: App, refreshToken: string, headers: ResponseHeaders) {
  const token = app.refreshTokens.read(refreshToken);
  if (!token || !app.config.publicUrl.startsWith("https:")) return;
  const challenge = registrationChallenge(app, token.session);
  const parameters = `path="${pathOf(app, registrationPath)}";challenge="${challenge}"`;
  headers.set("Secure-Session-Registration", `(ES256 RS256);${parameters}`);
}

export const readProof = (request: Request): string | undefined => readCookie(request, proofCookie);

export const keepProof = (proof: string, headers: ResponseHeaders) =>
  headers.set("Set-Cookie", hostCookie(proofCookie, proof, proofLife / 1000));

/** Runs what wants a signature of the device, with what the cookie proves. Its refusal gives the browser what to sign. */
export async function askingForSignature<T>(
  app: App,
  request: Request,
  refreshToken: string,
  headers: ResponseHeaders,
  run: (proof: string | undefined) => Promise<T>,
): Promise<T> {
  const proof = readProof(request);
  try {
    return await run(proof);
  } catch (error) {
    const token = app.refreshTokens.read(refreshToken);
    if (token && isUnsigned(error)) {
      const challenge = signatureChallenge(app, token.session, proof);
      headers.set("Secure-Session-Challenge", `"${challenge}";id="${boundSessionName(app)}"`);
    }
    throw error;
  }
}

/** As `askingForSignature`. A proof that was not enough is removed, so that the browser signs before it comes again. */
export const withProof = <T>(
  app: App,
  request: Request,
  refreshToken: string,
  headers: ResponseHeaders,
  run: (proof: string | undefined) => Promise<T>,
): Promise<T> =>
  askingForSignature(app, request, refreshToken, headers, run).catch((error) => {
    if (isUnsigned(error)) headers.set("Set-Cookie", hostCookie(proofCookie, "", 0));
    throw error;
  });

export const isUnsigned = (error: unknown): boolean =>
  error instanceof Problem && error.code === "DEVICE_SIGNATURE_REQUIRED";

/** The signature of a request: a string of a structured field (RFC 9651), or the text without quotes. */
export function readSignature({ headers }: Request): string | undefined {
  const value = headers.get("secure-session-response");
  return value === null ? undefined : (/^"([^"\\]*)"/.exec(value)?.[1] ?? value);
}
