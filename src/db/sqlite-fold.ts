import { Worker } from "node:worker_threads";
import { embedded } from "../embedded";

/** A thread that folds the WAL of an SQLite file, over a connection of its own, as another process could: this one goes on meanwhile. */
export interface FoldThread {
  /** What is under way; resolves when the disk has it. */
  readonly underWay: Promise<boolean> | undefined;
  /**
   * Folds what is in the WAL at this moment.
   * @param mustBegin whether others must wait until the WAL can begin anew, where no one is in the way for longer
   * @returns false when that failed, or there is no thread (any more)
   */
  fold(mustBegin?: boolean): Promise<boolean>;
  /** Closes the connection. @returns what resolves when that is done */
  close(): Promise<void>;
}

/** In an executable a thread begins at a file by its path from `src`. */
const program = embedded ? "./db/sqlite-fold.thread.ts" : new URL("./sqlite-fold.thread.ts", import.meta.url);

/**
 * Starts the thread, which takes 5 MB.
 * @param id of the file: the thread opens no other one at its path
 */
export function startFoldThread(file: string, id: string): FoldThread {
  const worker = new Worker(program, { workerData: { file, id } });
  let underWay: Promise<boolean> | undefined;
  let answer: (hasFolded: boolean) => void = () => {};
  let hasEnded = false;
  const ended = Promise.withResolvers<void>();
  const end = () => {
    hasEnded = true;
    answer(false);
    ended.resolve();
  };
  worker.on("message", (hasFolded: boolean) => answer(hasFolded));
  worker.on("error", end);
  worker.on("exit", end);
  worker.unref(); // which hearing from it takes back
  return {
    get underWay() {
      return underWay;
    },
    fold(mustBegin = false) {
      underWay ??= new Promise<boolean>((resolve) => {
        answer = resolve;
        if (hasEnded) resolve(false);
        else worker.postMessage(mustBegin ? "begin anew" : "fold");
      })
        .catch(() => false)
        .finally(() => {
          underWay = undefined;
        });
      return underWay;
    },
    async close() {
      if (!hasEnded) worker.postMessage("close");
      await ended.promise;
    },
  };
}
