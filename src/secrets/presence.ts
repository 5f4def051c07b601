import { version } from "../../package.json";
import type { App } from "../app";
import { openKeyring } from "../crypto/keyring";
import type { Reader, Writer } from "../db/database";
import { newId, type ProcessId } from "../ids";
import {
  deleteProcess,
  listProcesses,
  noteSigning,
  type ProcessRow,
  takeLostProcesses,
  upsertProcess,
} from "./secrets.sql";
import { noteSigningAlgorithm } from "./signing.sql";

/** Milliseconds between two signs of life of a process ... */
export const beatInterval = 20_000;
/** ... and after the last one of them until it counts as gone. */
export const lostAfter = 60_000;

/** Tells the other processes, and who rotates secrets, that this process is there, and which secrets it has. */
export interface Presence {
  beat(): Promise<void>;
  /** Tells that it is gone. */
  leave(): Promise<void>;
}

export function openPresence({ db, clock, config }: Pick<App, "db" | "clock" | "config">): Presence {
  const { ids } = openKeyring(config.secretKeys);
  const startedAt = clock.date();
  const id: ProcessId = newId("prc", startedAt.getTime());
  return {
    beat: () =>
      db.write(async (tx) => {
        await upsertProcess(tx, { id, version, secrets: [...ids], startedAt, seenAt: tx.now });
        await noteSigning(tx, ids[0], tx.now);
        await noteSigningAlgorithm(tx, config.signingAlgorithm, tx.now);
        await takeOutLost(tx);
      }),
    leave: () =>
      db.write(async (tx) => {
        await deleteProcess(tx, id);
        await noteSigning(tx, ids[0], tx.now);
        await noteSigningAlgorithm(tx, config.signingAlgorithm, tx.now);
      }),
  };
}

/** A process that disappeared may have signed until it should have been seen again. */
async function takeOutLost(tx: Writer) {
  for (const { secrets, seenAt } of await takeLostProcesses(tx, new Date(tx.now.getTime() - lostAfter))) {
    await noteSigning(tx, secrets[0]!, new Date(seenAt.getTime() + beatInterval));
  }
}

/** The processes that serve now, or that disappeared less than a minute ago. */
export const liveProcesses = (db: Reader, now: Date): Promise<ProcessRow[]> =>
  listProcesses(db, new Date(now.getTime() - lostAfter));
