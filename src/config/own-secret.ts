import { randomBytes } from "node:crypto";
import {
  chownSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { ConfigError } from "./error";
import { codeOf, isThere, removeOldDrafts, requireWritableFolder } from "./files";
import { parseSecretKeys, writeSecretKeys } from "./secret-keys";

const folder = "data";
const file = `${folder}/secret.key`;

/**
 * The secret that an earlier start made for an installation that configures none; empty before its first start.
 * @throws ConfigError also when a secret would have to be made and could not
 */
export function readOwnSecret(): readonly Buffer[] {
  if (!isThere(file)) {
    requireWritableFolder(folder, `Set SECRET_KEY, or let this user write to ${folder}/`);
    return [];
  }
  try {
    if (statSync(file).isFIFO()) throw new ConfigError(`${file} is not a file. Set SECRET_KEY, or move it away.`);
    const text = readFileSync(file, "utf8").trim();
    if (text !== "") return parseSecretKeys(text, file);
  } catch (error) {
    throw error instanceof ConfigError ? error : unusable("cannot be read", error);
  }
  throw new ConfigError(
    `${file} is empty. Restore it from a backup, set SECRET_KEY, or remove the file if there is no data yet.`,
  );
}

/**
 * Makes the secret of an installation at its first start: 32 random bytes that only its user can read. It is on the disk, whole,
 * before it has its name, so that neither a crash nor a process that starts at the same moment ever sees half of it.
 * @throws ConfigError
 */
export function makeOwnSecret(): readonly Buffer[] {
  write([randomBytes(32)], (draft) => {
    linkUnlessThere(draft, file);
    unlinkSync(draft);
  });
  return readOwnSecret();
}

/** Replaces the secrets of such an installation by others, all or none. @throws ConfigError */
export const replaceOwnSecrets = (secrets: readonly Buffer[]) => write(secrets, (draft) => renameSync(draft, file));

/** Deletes what a process that was killed while it wrote secrets left of them beside the file. @param now milliseconds since 1970 */
export const removeSecretDrafts = (now: number) => removeOldDrafts(file, now);

function write(secrets: readonly Buffer[], put: (draft: string) => void) {
  const draft = `${file}.${randomBytes(8).toString("hex")}.draft`;
  try {
    mkdirSync(folder, { recursive: true });
    const descriptor = openSync(draft, "wx", 0o600);
    keepOwner(draft);
    writeSync(descriptor, `${writeSecretKeys(secrets)}\n`);
    fsyncSync(descriptor);
    closeSync(descriptor);
    put(draft);
    for (const path of [folder, dirname(folder)]) syncFolder(path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw unusable("cannot be written", error);
  }
}

/** What root replaces stays the file of the server's user. */
function keepOwner(draft: string) {
  const before = statSync(file, { throwIfNoEntry: false });
  if (before && process.getuid?.() === 0) chownSync(draft, before.uid, before.gid);
}

/** Of several processes that make a secret, the first gives its own the name, and all use that one. */
function linkUnlessThere(from: string, to: string) {
  try {
    linkSync(from, to);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
}

/** A name is durable once its folder is; Windows has no such call. */
function syncFolder(path: string) {
  if (process.platform === "win32") return;
  const descriptor = openSync(path, "r");
  fsyncSync(descriptor);
  closeSync(descriptor);
}

const unusable = (what: string, error: unknown) =>
  new ConfigError(`${file} ${what} (${codeOf(error)}). Set SECRET_KEY, or mend the rights of ${folder}/.`);
