import type { App } from "../app";
import { ConfigError } from "../config/error";
import type { Keyring } from "../crypto/keyring";
import type { Reader, Writer } from "../db/database";
import { liveProcesses } from "./presence";
import { countByKey, deleteSealedWith, sealedColumns, signatureColumn } from "./sealed.sql";
import {
  countTokens,
  deleteSecrets,
  insertSecrets,
  listSecrets,
  noteSigning,
  type ProcessRow,
  type SecretRow,
} from "./secrets.sql";

/** What data needs a secret for: how much of it, and until when at most; null for what needs it until it is sealed again or replaced. */
export interface Need {
  what: string;
  count: number;
  until: Date | null;
}

export interface SecretStatus {
  id: string;
  /** What this process does with it. */
  role: "signs" | "verifies" | "missing";
  /** Null while no process has signed with it. */
  signsSince: Date | null;
  /** When it was last the one that a process signs with. */
  signedAt: Date | null;
  /** The processes that serve now and have it, and those of them that sign with it. */
  processes: number;
  signingProcesses: number;
  needs: Need[];
}

/** Every secret on which data may depend, the oldest first, with what needs it. */
export async function secretStatus(db: Reader, { ids }: Keyring, now: Date): Promise<SecretStatus[]> {
  const live = await liveProcesses(db, now);
  const rows = await listSecrets(db);
  const counts = await Promise.all(
    [...sealedColumns, signatureColumn].map(async (column) => [column.what, await countByKey(db, column)] as const),
  );
  const statuses: SecretStatus[] = [];
  for (const row of rows) {
    const isFirst = row.signsSince?.getTime() === 0;
    const sealed = counts.flatMap(([what, byKey]) => {
      const count = (byKey.get(row.id) ?? 0) + ((isFirst && byKey.get("")) || 0);
      return count > 0 ? [{ what, count, until: null }] : [];
    });
    const signing = live.filter(({ secrets }) => secrets[0] === row.id);
    statuses.push({
      id: row.id,
      role: row.id === ids[0] ? "signs" : ids.includes(row.id) ? "verifies" : "missing",
      signsSince: isFirst ? null : row.signsSince,
      signedAt: row.signedAt,
      processes: live.filter(({ secrets }) => secrets.includes(row.id)).length,
      signingProcesses: signing.length,
      needs: [...sealed, ...(await tokensOf(db, row, signing.length > 0 ? now : row.signedAt, now))],
    });
  }
  return statuses;
}

async function tokensOf(db: Reader, { signsSince }: SecretRow, signedAt: Date | null, now: Date): Promise<Need[]> {
  if (!signsSince || !signedAt) return [];
  return countTokens(db, signsSince, signedAt, now);
}

/** When nothing needs a secret any more at the latest; undefined where something needs it until it is sealed again or replaced. */
export function neededUntil(needs: readonly Need[]): Date | undefined {
  if (needs.some(({ until }) => until === null)) return undefined;
  return new Date(Math.max(0, ...needs.map(({ until }) => until!.getTime())));
}

/** What needs a secret, in words. */
export const listNeeds = (needs: readonly Need[]): string =>
  needs.map(({ what, count }) => `${count} ${what}`).join(", ");

/**
 * Requires that SECRET_KEY has every secret that data still needs, and that all processes which serve now can verify what this one would sign.
 * @returns the secrets that nothing needs and SECRET_KEY lacks
 * @throws ConfigError
 */
export async function requireNeededSecrets(db: Reader, keyring: Keyring, now: Date): Promise<string[]> {
  const known = await listSecrets(db);
  const lacking = known.filter(({ id }) => !keyring.ids.includes(id));
  if (lacking.length > 0) {
    for (const { id, role, needs } of await secretStatus(db, keyring, now)) {
      if (role === "missing" && needs.length > 0) throw new ConfigError(lacks(id, needs));
    }
  }
  return lacking.map(({ id }) => id);
}

function lacks(id: string, needs: readonly Need[]): string {
  const until = neededUntil(needs);
  return `SECRET_KEY lacks the secret ${id}, and without it cease to work: ${listNeeds(needs)}. Nothing was changed. Add it behind the others ${
    until ? `until ${until.toISOString()}` : "and run `bask secret reseal`"
  }, or let go what needs it: \`bask secret forget ${id} --yes\`.`;
}

/** @throws ConfigError when a process that serves now could not verify what is signed with the first secret */
export async function requireVerifiable(db: Reader, { ids }: Keyring, now: Date) {
  const live = await liveProcesses(db, now);
  const unaware = live.filter(({ secrets }) => !secrets.includes(ids[0]));
  if (unaware.length === 0) return;
  throw new ConfigError(
    `SECRET_KEY begins with the secret ${ids[0]}, which ${processesOf(unaware)} not have: they would refuse what this one signs. Restart them with it behind their first secret, or stop them all first.`,
  );
}

const processesOf = (rows: readonly ProcessRow[]) =>
  rows.length === 1 ? "1 running process does" : `${rows.length} running processes do`;

/** Notes the secrets of a process that starts, and forgets those that nothing needs. What there is before the first note may depend on any of them. */
export async function noteSecrets(tx: Writer, { ids }: Keyring, unneeded: readonly string[]) {
  const isFirst = (await listSecrets(tx)).length === 0;
  const row = isFirst ? { signsSince: new Date(0), signedAt: tx.now } : { signsSince: null, signedAt: null };
  await insertSecrets(
    tx,
    ids.map((id) => ({ id, ...row })),
  );
  await noteSigning(tx, ids[0], tx.now);
  await deleteSecrets(tx, unneeded);
}

/** Lets a secret go that is not in SECRET_KEY, and removes what cannot be opened without it and can be made anew. */
export async function forgetSecret({ db }: App, id: string) {
  await db.write(async (tx) => {
    await deleteSealedWith(tx, id);
    await deleteSecrets(tx, [id]);
  });
}
