import type { Visitor } from "../access/actor";
import type { App } from "../app";
import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import { newId } from "../ids";
import { networkOf } from "../limits/network";
import { enqueueEmail } from "../mail/outbox";
import { nextTurn } from "../mail/turns";
import { notices } from "../problems";
import { isKnownNetwork } from "../sessions/known-sources.sql";
import { issueTicket } from "../tickets/tickets";
import {
  type EmailRequest,
  insertEmailRequest,
  isEmailRequested,
  lastRequestPosition,
  takeEmailRequests,
} from "./email-requests.sql";
import { findUserByEmail } from "./users.sql";

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
      for (const request of requests) await answer(tx, request);
      return requests.length;
    });
  }
}

const actions = {
  "reset-password": "user.password_reset_requested",
  "verify-email": "user.verification_requested",
  "sign-in": "user.sign_in_link_requested",
} as const;

async function answer(tx: Writer, request: EmailRequest) {
  const { template, email, verifierHash, source, ip, userAgent, requestId } = request;
  const user = await findUserByEmail(tx, email);
  if (!user || (template === "verify-email" && user.emailVerifiedAt)) return;
  const values = async () => ({ ticket: await issueTicket(tx, template, user.id, email, verifierHash) });
  const isKnown = await isKnownNetwork(tx, user.id, source);
  if (!(await enqueueEmail(tx, { to: email, template, values, isKnown }))) return;
  const auditActor = { kind: "user", userId: user.id, origin: { ip, userAgent, requestId } } as const;
  await record(tx, auditActor, { action: actions[template], chain: user.id, target: user.id });
}
