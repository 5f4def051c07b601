import type { z } from "zod";
import type { App } from "../app";
import { record } from "../audit/audit";
import { canVerify } from "../crypto/passwords";
import type { Writer } from "../db/database";
import { describeIssue } from "../field-messages.contract";
import { type Id, newId } from "../ids";
import { ImportedUser } from "./import.contract";
import { deleteUntouched, findEmailOwner, insertUser } from "./users.sql";

/** The outcome of one line of the file. */
export interface ImportReport {
  line: number;
  outcome: "imported" | "exists" | "invalid";
  reason?: string;
}

/** Lines in one transaction: on SQLite the process does nothing else meanwhile. */
const batchSize = 50;

/**
 * Imports users from another system with their password hashes: they keep their passwords, which are hashed again by argon2id at the first
 * sign-in. Existing accounts are not changed, so an interrupted import can be repeated. A dry run reports the same and writes nothing.
 * @param run identifies the import, so that it can be undone
 */
export async function importUsers(
  app: App,
  lines: readonly string[],
  { run, dryRun = false }: { run: Id<"imp">; dryRun?: boolean },
): Promise<ImportReport[]> {
  const seen = new Set<string>();
  const reports: ImportReport[] = [];
  for (let start = 0; start < lines.length; start += batchSize) {
    const rows = lines.slice(start, start + batchSize).map((text, i) => parseLine(text, start + i + 1));
    const written = await app.db.write(async (tx) => {
      const outcomes: ImportReport[] = [];
      for (const row of rows) outcomes.push("user" in row ? await importRow(tx, row, { run, dryRun, seen }) : row);
      return outcomes;
    });
    reports.push(...written);
  }
  return reports;
}

/** Deletes the users of an import who have never used their account; how many were removed, and how many were kept. */
export async function undoImport(app: App, run: string): Promise<{ removed: number; kept: number }> {
  return app.db.write((tx) => deleteUntouched(tx, run));
}

type Row = { line: number; user: z.output<typeof ImportedUser> };

function parseLine(text: string, line: number): Row | ImportReport {
  const invalid = (reason: string): ImportReport => ({ line, outcome: "invalid", reason });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return invalid("is not JSON");
  }
  const parsed = ImportedUser.safeParse(json, { error: describeIssue });
  if (!parsed.success)
    return invalid(parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`).join("; "));
  const { passwordHash } = parsed.data;
  if (passwordHash !== undefined && !canVerify(passwordHash)) return invalid("passwordHash has an unknown format");
  return { line, user: parsed.data };
}

interface Import {
  run: string;
  dryRun: boolean;
  /** Emails of earlier lines, which a dry run does not find in the database. */
  seen: Set<string>;
}

async function importRow(tx: Writer, { line, user }: Row, { run, dryRun, seen }: Import): Promise<ImportReport> {
  const { email, fullName, passwordHash = null, emailVerified, createdAt = tx.now } = user;
  const exists = (dryRun && seen.has(email)) || (await findEmailOwner(tx, email, tx.now)) !== undefined;
  if (dryRun) seen.add(email);
  if (exists || dryRun) return { line, outcome: exists ? "exists" : "imported" };
  const id = newId("usr", tx.now.getTime());
  const emailVerifiedAt = emailVerified ? tx.now : null;
  await insertUser(tx, {
    id,
    email,
    fullName,
    passwordHash,
    emailVerifiedAt,
    activatedAt: tx.now,
    createdAt,
    importRun: run,
  });
  await record(tx, { kind: "system" }, { action: "user.imported", chain: id, target: id, details: { run } });
  return { line, outcome: "imported" };
}
