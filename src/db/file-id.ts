import { statSync } from "node:fs";

/** What a file is, whatever its path leads to later; undefined where there is none. */
export function idOf(file: string): string | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat && `${stat.dev}:${stat.ino}`;
}
