import { parentPort, workerData } from "node:worker_threads";
import Driver from "better-sqlite3";
import { idOf } from "./file-id";

// A thread of its own: `sqlite-fold.ts` starts it and says what it answers.

/** Milliseconds that others are waited for, and wait, so that the WAL begins anew. */
const timeout = 20;

const { file, id } = workerData as { file: string; id: string };
if (idOf(file) !== id) throw new Error(`${file} was replaced.`);
const connection = new Driver(file, { fileMustExist: true, timeout });
connection.pragma("synchronous = FULL"); // the disk has the pages before the WAL begins anew
const fold = connection.prepare("PRAGMA wal_checkpoint(PASSIVE)");
const beginAnew = connection.prepare("PRAGMA wal_checkpoint(RESTART)");

parentPort!.on("message", (asked: "fold" | "begin anew" | "close") => {
  if (asked === "close") {
    connection.close();
    return parentPort!.close();
  }
  try {
    const { log, checkpointed } = fold.get() as { log: number; checkpointed: number };
    if (asked === "begin anew" && log === checkpointed) beginAnew.get();
    parentPort!.postMessage(true);
  } catch {
    parentPort!.postMessage(false);
  }
});
