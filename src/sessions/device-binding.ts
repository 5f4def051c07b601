import type { Origin, Visitor } from "../access/actor";
import type { App } from "../app";
import { record } from "../audit/audit";
import { consumeChallenge } from "../challenges/challenges.sql";
import { verifyDeviceSignature } from "../crypto/device-signatures";
import type { SessionId } from "../ids";
import { networkOf } from "../limits/network";
import { Problem } from "../problems";
import { examineRefreshToken } from "./refresh-rule";
import { bindSession, findSessionByRowId } from "./sessions.sql";

/** How long a browser may take to register the key of its device after a sign-in, in milliseconds. */
const registrationLife = 5 * 60_000;
/** How long a challenge to sign is worth signing, in milliseconds. */
const challengeLife = 60_000;
/**
 * How long a signature counts, in milliseconds, in the network in which it was made. Browsers sign only so often, Chromium six times in nine minutes
 * for a site, and each load of a page is a refresh.
 */
export const proofLife = 5 * 60_000;
/** Networks of one device that count at a time: a client may come by IPv4 and IPv6 in turn, or through several proxies. */
const maxNetworks = 8;

/** Where the device of a session has signed, and when. */
type SignedIn = [network: string, at: number][];

/** What the cookie of a bound session says beside its refresh token: that its device has signed. */
interface Proof {
  session: SessionId;
  signedIn: SignedIn;
}

interface Signed {
  /** From the cookie. */
  refreshToken: string;
  signature: string;
}

/** What a browser signs with a new key to bind the session it has just signed in to. Only the response to the sign-in has it. */
export const registrationChallenge = (app: App, session: SessionId): string =>
  app.challenges.issue("device-registration", session, app.clock.now() + registrationLife);

/**
 * What the device of a bound session signs; works once.
 * @param proof the one that was sent: the networks of it are those of the next one too, or who changes between two would sign each time
 */
export function signatureChallenge(app: App, session: SessionId, proof: string | undefined): string {
  const content: Proof = { session, signedIn: signedIn(app, session, proof) };
  return app.challenges.issue("device-signature", content, app.clock.now() + challengeLife);
}

/**
 * Binds a session to a device, once: from then on its refresh token works only with a proof that the device has signed.
 * @returns the first proof
 * @throws Problem INVALID_CHALLENGE for a signature that is not of this sign-in, and for a session that is bound already
 */
export async function bindToDevice(app: App, { origin }: Visitor, { refreshToken, signature }: Signed) {
  const token = app.refreshTokens.read(refreshToken);
  const at = app.clock.now();
  const signed = await verifyDeviceSignature(signature);
  const challenge = signed && app.challenges.read<SessionId>("device-registration", signed.challenge, at);
  if (!token || challenge?.content !== token.session) throw new Problem("INVALID_CHALLENGE");
  const isBound = await app.db.write(async (tx) => {
    const { session, standing } = await examineRefreshToken(app, tx, origin, token, at);
    if (standing !== "current" && standing !== "parent") return false;
    if (!(await bindSession(tx, token, signed!.key))) return false;
    const { userId, id } = session!;
    await record(tx, { kind: "user", userId, origin }, { action: "session.bound", chain: userId, target: id });
    return true;
  });
  if (!isBound) throw new Problem("INVALID_CHALLENGE");
  return issueProof(app, origin, { session: token.session, signedIn: [] });
}

/**
 * Takes the signature of the device that a session is bound to.
 * @returns a proof, which the next refreshes need beside the refresh token
 * @throws Problem DEVICE_SIGNATURE_REQUIRED without a signature, or with one that is old or was used; INVALID_REFRESH_TOKEN also for the signature of
 * another device, and for a session that is not bound
 */
export async function proveDevice(
  app: App,
  { origin }: Visitor,
  { refreshToken, signature }: Omit<Signed, "signature"> & { signature: string | undefined },
) {
  const token = app.refreshTokens.read(refreshToken);
  const at = app.clock.now();
  const known = token && (await findSessionByRowId(app.db.reader, token.rowId, token.session));
  if (!known?.deviceKey) throw new Problem("INVALID_REFRESH_TOKEN", { cause: "not of a bound session" });
  const signed = signature === undefined ? undefined : await verifyDeviceSignature(signature, known.deviceKey);
  const challenge = signed && app.challenges.read<Proof>("device-signature", signed.challenge, at);
  const refused = await app.db.write(async (tx) => {
    const { standing } = await examineRefreshToken(app, tx, origin, token!, at);
    if (standing !== "current" && standing !== "parent") {
      return new Problem("INVALID_REFRESH_TOKEN", { cause: `its standing is ${standing}` });
    }
    if (signature !== undefined && !signed) {
      return new Problem("INVALID_REFRESH_TOKEN", { cause: "not signed by the device of the session" });
    }
    const isFresh = challenge?.content.session === token!.session && (await consumeChallenge(tx, challenge));
    return isFresh ? undefined : new Problem("DEVICE_SIGNATURE_REQUIRED");
  });
  if (refused) throw refused;
  return issueProof(app, origin, challenge!.content);
}

function issueProof(app: App, { ip }: Origin, { session, signedIn }: Proof): string {
  const now = app.clock.now();
  const network = networkOf(ip);
  const others = signedIn.filter(([other]) => other !== network).slice(1 - maxNetworks);
  const proof: Proof = { session, signedIn: [...others, [network, now]] };
  return app.challenges.issue("device-proof", proof, now + proofLife);
}

/** Where the device of a session has signed within the last minutes, as a proof says. */
function signedIn(app: App, session: SessionId, proof: string | undefined): SignedIn {
  const now = app.clock.now();
  const found = proof === undefined ? undefined : app.challenges.read<Proof>("device-proof", proof, now);
  if (found?.content.session !== session) return [];
  return found.content.signedIn.filter(([, at]) => now - at < proofLife);
}

/** Whether the device of a session has signed within the last minutes, in this network. */
export const isProven = (app: App, { ip }: Origin, session: SessionId, proof: string | undefined): boolean =>
  signedIn(app, session, proof).some(([network]) => network === networkOf(ip));
