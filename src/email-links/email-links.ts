import { hash, timingSafeEqual } from "node:crypto";
import type { Visitor } from "../access/actor";
import type { App } from "../app";
import type { Writer } from "../db/database";
import type { TicketId } from "../ids";
import { takeAttempt } from "../limits/attempts.sql";
import { Problem } from "../problems";
import { completeSignIn, type SignedIn, signedInAnswer } from "../sessions/sign-in";
import { ticketOf } from "../tickets/tickets";
import { consumeTicket, findOpenTicketBy, findTicket, isTicketOpen, markCodeShown } from "../tickets/tickets.sql";
import { requestEmail } from "../users/email-requests";
import { proveEmail } from "../users/prove-email";
import { lockUser } from "../users/users.sql";

/** Codes that may be tried for one link. */
const maxCodes = 5;
/** How long they are counted, in milliseconds: as long as a link works. */
const window = 15 * 60_000;

/**
 * Requests an email with a link that signs in. It works in the browser that keeps the verifier of the challenge, and nowhere else. The
 * response is the same for every email.
 * @param input `codeChallenge`, the SHA-256 of that verifier in base64url (RFC 7636, S256)
 */
export const requestEmailLink = (app: App, visitor: Visitor, input: { email: string; codeChallenge: string }) =>
  requestEmail(app, visitor, "sign-in", input.email, input.codeChallenge);

/**
 * Signs in with the token of a link, in the browser that asked for it. A link proves one factor: where a second one is on, it is asked for.
 * @throws Problem INVALID_TOKEN, FORBIDDEN in another browser and for a suspended user, both without using the link, TWO_FACTOR_REQUIRED
 */
export async function signInWithLink(
  app: App,
  visitor: Visitor,
  { token, codeVerifier }: { token: string; codeVerifier: string },
) {
  const id = ticketOf(app, token);
  const ticket = await findTicket(app.db.reader, id, ["sign-in"]);
  if (!ticket || !isTicketOpen(ticket, app.clock.date())) throw new Problem("INVALID_TOKEN");
  if (challengeOf(codeVerifier) !== ticket.verifierHash) throw new Problem("FORBIDDEN", { reason: "other_browser" });
  return answer(app, await app.db.write((tx) => complete(app, tx, visitor, id)));
}

/**
 * Shows the code of a link that was opened in another browser than the one that asked for it. It signs no one in here; it works there.
 * @throws Problem INVALID_TOKEN
 */
export async function showLinkCode(app: App, _visitor: Visitor, { token }: { token: string }) {
  const id = ticketOf(app, token);
  if (!(await app.db.writeOne((tx) => markCodeShown(tx, id)))) throw new Problem("INVALID_TOKEN");
  return { code: app.linkCodes.codeOf(id) };
}

/**
 * Signs in with the code that a link showed elsewhere, in the browser that asked for the link. There is nothing to guess until the link was
 * opened, and then five codes can be tried. Nothing tells whether the email has an account.
 * @throws Problem INVALID_SIGN_IN_CODE, FORBIDDEN for a suspended user, TWO_FACTOR_REQUIRED
 */
export async function signInWithLinkCode(
  app: App,
  visitor: Visitor,
  { email, code, codeVerifier }: { email: string; code: string; codeVerifier: string },
) {
  const verifierHash = challengeOf(codeVerifier);
  const verdict = await app.db.write(async (tx) => {
    const isGranted = await takeAttempt(tx, `link-code:${verifierHash}`, maxCodes, window);
    const ticket = await findOpenTicketBy(tx, "sign-in", email, verifierHash);
    const isShown = ticket?.codeShownAt != null;
    if (!isGranted || !isShown || !isSame(app.linkCodes.codeOf(ticket.id), code)) {
      return new Problem("INVALID_SIGN_IN_CODE");
    }
    return complete(app, tx, visitor, ticket.id);
  });
  return answer(app, verdict);
}

/** Consumes the ticket of a link. Of concurrent calls, one gets it. */
async function complete(app: App, tx: Writer, visitor: Visitor, id: TicketId): Promise<SignedIn | Problem> {
  const ticket = await findTicket(tx, id, ["sign-in"]);
  const user = ticket && (await lockUser(tx, ticket.userId));
  if (user?.suspendedAt) return new Problem("FORBIDDEN", { reason: "account_suspended" });
  const consumed = await consumeTicket(tx, id, ["sign-in"]);
  if (!user || consumed?.email !== user.email) return new Problem("INVALID_TOKEN");
  const proven = await proveEmail(app, tx, user, visitor.origin);
  return completeSignIn(app, tx, visitor, { user: proven, method: "email-link" });
}

function answer(app: App, verdict: SignedIn | Problem) {
  if (verdict instanceof Problem) throw verdict;
  return signedInAnswer(app, verdict);
}

const challengeOf = (verifier: string) => hash("sha256", verifier, "base64url");
const isSame = (code: string, given: string) =>
  Buffer.byteLength(given) === code.length && timingSafeEqual(Buffer.from(code), Buffer.from(given));
