import type { Visitor } from "../access/actor";
import type { App } from "../app";
import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import { newId } from "../ids";
import { networkOf } from "../limits/network";
import { enqueueEmail } from "../mail/outbox";
import { nextTurn } from "../mail/turns";
import { notices } from "../problems";
import { knownNetworksAmong } from "../sessions/known-sources.sql";
import { issueTicket } from "../tickets/tickets";
import {
  type EmailRequest,
  insertEmailRequest,
  isEmailRequested,
  lastRequestPosition,
  takeEmailRequests,
} from "./email-requests.sql";
import { findUserByEmail, type UserRow } from "./users.sql";

/** Requests that are answered in one transaction. */
const batch = 50;

/**
 * Notes that a visitor asked for an email. Whether the address has an account is looked up afterwards by `answerEmailRequests`: the
 * response, and the work before it, are the same for every address. A second request of a network for the same email changes nothing while the
 * first waits.
 */
export async function requestEmail(
  app: App,
  visitor: Visitor,
  template: EmailRequest["template"],
  email: string,
  verifierHash: string | null = null,
) {
  const { ip, userAgent, requestId } = visitor.origin;
  const source = networkOf(ip);
  await app.db.write(async (tx) => {
    const id = newId("erq", tx.now.getTime());
    const position = nextTurn(tx.now, await lastRequestPosition(tx, source));
    await insertEmailRequest(tx, {
      id,
      template,
      email,
      verifierHash,
      source,
      position,
      ip,
      userAgent,
      requestId,
      createdAt: tx.now,
    });
  });
  return { message: notices.emailRequested };
}

/** Enqueues the emails that were requested, for addresses that have an account. Networks that requested many take turns with the others. */
export async function answerEmailRequests(app: App) {
  let answered = batch;
  while (answered === batch && !app.stopping && (await isEmailRequested(app.db.reader))) {
    answered = await app.db.write(async (tx) => {
      const requests = await takeEmailRequests(tx, batch);
      const byEmail = Map.groupBy(requests, ({ template, email }) => `${template} ${email}`);
      for (const same of byEmail.values()) await answerAll(tx, same);
      return requests.length;
    });
  }
}

const actions = {
  "reset-password": "user.password_reset_requested",
  "verify-email": "user.verification_requested",
  "sign-in": "user.sign_in_link_requested",
} as const;

/**
 * Answers the requests for one email, however many networks ask for it: those that the account knows first, then strangers, each as long as
 * there is budget. Of links that work in any browser one is enough.
 */
async function answerAll(tx: Writer, requests: EmailRequest[]) {
  const { template, email } = requests[0]!;
  const user = await findUserByEmail(tx, email);
  if (!user || (template === "verify-email" && user.emailVerifiedAt)) return;
  const sources = requests.map(({ source }) => source);
  const known = await knownNetworksAmong(tx, user.id, sources);
  const { true: ours = [], false: others = [] } = Object.groupBy(requests, ({ source }) => `${known.has(source)}`);
  for (const [asked, isKnown] of [
    [ours, true],
    [others, false],
  ] as const) {
    for (const request of asked) {
      if (!(await answer(tx, user, request, isKnown))) break;
      if (template !== "sign-in") return;
    }
  }
}

/** False when no more such emails are sent to the address for now. */
async function answer(tx: Writer, { id: userId }: UserRow, request: EmailRequest, isKnown: boolean): Promise<boolean> {
  const { template, email, verifierHash, ip, userAgent, requestId } = request;
  const values = async () => ({ ticket: await issueTicket(tx, template, userId, email, verifierHash) });
  if (!(await enqueueEmail(tx, { to: email, template, values, isKnown }))) return false;
  const auditActor = { kind: "user", userId, origin: { ip, userAgent, requestId } } as const;
  await record(tx, auditActor, { action: actions[template], chain: userId, target: userId });
  return true;
}
