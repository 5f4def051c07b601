import type { App } from "../app";
import { record } from "../audit/audit";
import type { Reader, Writer } from "../db/database";
import { type Id, newId, type UserId } from "../ids";
import { deleteUntouched, findEmailOwner, insertUser } from "../users/users.sql";
import type { Candidate } from "./candidates";
import { addExternalId, findByExternalId, isFrom } from "./imports.sql";
import { reasons } from "./reasons";
import type { SourceName } from "./sources/names";

/** What became of one record of the file. */
export interface ImportReport {
  line: number;
  outcome: "imported" | "exists" | "skipped" | "invalid";
  oldId?: string | undefined;
  email?: string | undefined;
  /** The user the record leads to: the new one, or the one that was there. */
  newId?: UserId | undefined;
  /** Of one that was imported: whether its password came along. */
  hasPassword?: boolean | undefined;
  reason?: string | undefined;
}

export interface ImportRun {
  /** Identifies the import, so that it can be undone. */
  run: Id<"imp">;
  source: SourceName;
  /** Report the same and write nothing. The emails of the file are then kept in memory, about a hundred bytes each. */
  dryRun?: boolean;
}

/** Milliseconds that a transaction may take, for on SQLite a running server writes nothing meanwhile; the number of records follows from it. */
const budget = 50;
const minBatch = 25;
const maxBatch = 50;
/** The least milliseconds between two transactions: longer than a server that waits for its turn takes to try again. */
const pause = 40;

/**
 * Imports users from another system with their password hashes: they keep their passwords, which are hashed again by argon2id at the first
 * sign-in. Existing accounts are not changed, so an import can be repeated, also after it was interrupted.
 * @returns what became of each record, in order, as soon as it is committed
 */
export async function* importUsers(
  app: App,
  candidates: AsyncIterable<Candidate> | Iterable<Candidate>,
  run: ImportRun,
): AsyncGenerator<ImportReport> {
  const planned = new Set<string>();
  let batch: Candidate[] = [];
  let size = minBatch;
  const write = async () => {
    if (run.dryRun) return plan(app, batch, run, planned);
    const begun = app.clock.now();
    const reports = await app.db.write((tx) => importBatch(tx, batch, run));
    const took = app.clock.now() - begun;
    size = took > budget ? Math.max(minBatch, size >> 1) : Math.min(maxBatch, size * 2);
    await Bun.sleep(Math.max(took, pause));
    return reports;
  };
  for await (const candidate of candidates) {
    batch.push(candidate);
    if (batch.length < size) continue;
    yield* await write();
    batch = [];
  }
  if (batch.length > 0) yield* await write();
}

/** Deletes the users of an import who have never used their account; how many were removed, and how many were kept. */
export async function undoImport(app: App, run: string): Promise<{ removed: number; kept: number }> {
  return app.db.write((tx) => deleteUntouched(tx, run));
}

async function importBatch(tx: Writer, batch: readonly Candidate[], run: ImportRun): Promise<ImportReport[]> {
  const reports: ImportReport[] = [];
  for (const candidate of batch) {
    const known = await findKnown(tx, candidate, run, tx.now);
    if (known === undefined) reports.push(await create(tx, candidate, run));
    else reports.push(known);
    const { newId: user, reason } = reports.at(-1)!;
    if (reason === reasons.sameEmail) await addExternalId(tx, run.source, candidate.externalId!, user!);
  }
  return reports;
}

/** What `importBatch` would report. @param planned the emails of users who would be there by then; the batch's are added */
async function plan(
  app: App,
  batch: readonly Candidate[],
  run: ImportRun,
  planned: Set<string>,
): Promise<ImportReport[]> {
  const reports: ImportReport[] = [];
  for (const candidate of batch) {
    const known = await findKnown(app.db.reader, candidate, run, app.clock.date());
    const { line, externalId: oldId, email, reason } = candidate;
    if (known) reports.push(known);
    else if (planned.has(email!)) reports.push({ line, outcome: "exists", oldId, email, reason: reasons.sameEmail });
    else reports.push({ line, outcome: "imported", oldId, email, hasPassword: hasPassword(candidate), reason });
    if (!known) planned.add(email!);
  }
  return reports;
}

/** What is reported of a record that cannot be imported, or whose user is there already. */
async function findKnown(
  db: Reader,
  { line, externalId: oldId, email, user, outcome = "invalid", reason }: Candidate,
  { source }: ImportRun,
  now: Date,
): Promise<ImportReport | undefined> {
  if (!user) return { line, outcome, oldId, email, reason };
  const exists = (id: UserId | undefined, why: string): ImportReport => ({
    line,
    outcome: "exists",
    oldId,
    email,
    newId: id,
    reason: why,
  });
  const imported = oldId === undefined ? undefined : await findByExternalId(db, source, oldId);
  if (imported) return exists(imported.id, reasons.importedBefore);
  const owner = await findEmailOwner(db, user.email, now);
  if (!owner) return undefined;
  if (owner.reservedUntil) return exists(undefined, reasons.reservedEmail);
  const isSame = oldId !== undefined && (await isFrom(db, source, owner.user.id));
  return exists(owner.user.id, isSame ? reasons.sameEmail : reasons.existsByEmail);
}

async function create(tx: Writer, candidate: Candidate, { run, source }: ImportRun): Promise<ImportReport> {
  const { line, externalId, email, reason } = candidate;
  const { passwordHash, emailVerified, createdAt, suspended, ...user } = candidate.user!;
  const id = newId("usr", tx.now.getTime());
  const report = { line, oldId: externalId, email };
  const created = await insertUser(tx, {
    ...user,
    id,
    passwordHash: passwordHash ?? null,
    emailVerifiedAt: emailVerified ? tx.now : null,
    activatedAt: tx.now,
    createdAt: createdAt ?? tx.now,
    suspendedAt: suspended ? tx.now : null,
    importRun: run,
  });
  if (!created) return { ...report, outcome: "exists", reason: reasons.existsByEmail }; // registered at the same moment
  if (externalId !== undefined) await addExternalId(tx, source, externalId, id);
  await record(tx, { kind: "system" }, { action: "user.imported", chain: id, target: id, details: { run, source } });
  return { ...report, outcome: "imported", newId: id, hasPassword: hasPassword(candidate), reason };
}

const hasPassword = ({ user }: Candidate): boolean => user?.passwordHash !== undefined;
