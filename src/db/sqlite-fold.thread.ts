import { parentPort, workerData } from "node:worker_threads";
import Driver from "better-sqlite3";

// A thread of its own: `sqlite-fold.ts` starts it and says what it answers.
const connection = new Driver(workerData as string);
const checkpoint = connection.prepare("PRAGMA wal_checkpoint(PASSIVE)");

parentPort!.on("message", (asked: "fold" | "close") => {
  if (asked === "close") {
    connection.close();
    return parentPort!.close();
  }
  try {
    checkpoint.get();
    parentPort!.postMessage(true);
  } catch {
    parentPort!.postMessage(false);
  }
});
