import { statSync } from "node:fs";
import type { Clock } from "../clock";
import { DatabaseUnavailable } from "./database";

/** Watches whether a database that is open is still the one that is found under its name. */
export interface OpenFile {
  /** @throws DatabaseUnavailable when the file or its WAL was deleted or replaced: what is written then is found by no one */
  requireSame(): void;
}

/** Milliseconds for which a look is good, so that it costs nothing under load. */
const trusted = 10;

export function watchFile(file: string, clock: Clock): OpenFile {
  const database = idOf(file);
  let wal: string | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  return {
    requireSame() {
      const now = clock.now();
      if (now - lookedAt < trusted) return;
      if (idOf(file) !== database) throw moved(file);
      wal ??= idOf(`${file}-wal`);
      if (wal !== undefined && idOf(`${file}-wal`) !== wal) throw moved(`${file}-wal`);
      lookedAt = now;
    },
  };
}

const moved = (file: string) =>
  new DatabaseUnavailable(
    `sqlite:${file} was deleted or replaced while it was open. Start again; what it held is in the backup or in the file that was moved away.`,
  );

/** Undefined where there is no file. */
function idOf(file: string): string | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat && `${stat.dev}:${stat.ino}`;
}
