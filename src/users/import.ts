import { randomBytes } from "node:crypto";
import type { z } from "zod";
import type { App } from "../app";
import { record } from "../audit/audit";
import { canVerify } from "../crypto/passwords";
import type { Writer } from "../db/database";
import { describeIssue } from "../field-messages.contract";
import { type Id, newId } from "../ids";
import { ImportedUser } from "./import.contract";
import { deleteUntouched, findEmailOwner, insertUser } from "./users.sql";

/** What became of a line of the file. */
export interface ImportReport {
  line: number;
  outcome: "imported" | "exists" | "invalid";
  reason?: string;
}

/** Lines that share a transaction. */
const batch = 200;

/**
 * Brings people along from another program, with the hashes of their passwords: they go on with the password they have,
 * which is hashed anew when they first log in. Addresses that have an account are left as they are, so that an import that
 * was interrupted can be repeated. A dry run says the same and writes nothing.
 * @param run names the import, so that it can be undone
 */
export async function importUsers(
  app: App,
  lines: readonly string[],
  { run, dryRun = false }: { run: Id<"imp">; dryRun?: boolean },
): Promise<ImportReport[]> {
  const noPassword = await app.passwords.hash(randomBytes(32).toString("base64url"));
  const seen = new Set<string>();
  const reports: ImportReport[] = [];
  for (let start = 0; start < lines.length; start += batch) {
    const rows = lines.slice(start, start + batch).map((text, i) => read(text, start + i + 1));
    const written = await app.db.write(async (tx) => {
      const outcomes: ImportReport[] = [];
      for (const row of rows)
        outcomes.push("user" in row ? await importRow(tx, row, { run, dryRun, noPassword, seen }) : row);
      return outcomes;
    });
    reports.push(...written);
  }
  return reports;
}

/** Takes back the people of an import who have not used their account; the number that went, and that stayed. */
export async function undoImport(app: App, run: string): Promise<{ removed: number; kept: number }> {
  return app.db.write((tx) => deleteUntouched(tx, run));
}

type Row = { line: number; user: z.output<typeof ImportedUser> };

function read(text: string, line: number): Row | ImportReport {
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
  if (passwordHash !== undefined && !canVerify(passwordHash)) return invalid("passwordHash is of no known kind");
  return { line, user: parsed.data };
}

interface Import {
  run: string;
  dryRun: boolean;
  /** The hash of a password that nobody knows. */
  noPassword: string;
  /** Addresses of a dry run, which the database does not know. */
  seen: Set<string>;
}

async function importRow(
  tx: Writer,
  { line, user }: Row,
  { run, dryRun, noPassword, seen }: Import,
): Promise<ImportReport> {
  const { email, fullName, passwordHash = noPassword, emailVerified, createdAt = tx.now } = user;
  const exists = (dryRun && seen.has(email)) || (await findEmailOwner(tx, email, tx.now)) !== undefined;
  if (dryRun) seen.add(email);
  if (exists || dryRun) return { line, outcome: exists ? "exists" : "imported" };
  const id = newId("usr", tx.now.getTime());
  const emailVerifiedAt = emailVerified ? tx.now : null;
  await insertUser(tx, { id, email, fullName, passwordHash, emailVerifiedAt, createdAt, importRun: run });
  await record(tx, { kind: "system" }, { action: "user.imported", chain: id, target: id, details: { run } });
  return { line, outcome: "imported" };
}
