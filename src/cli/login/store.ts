import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { z } from "zod";
import { type Environment, given } from "../../config/environment";
import { codeOf, removeOldDrafts } from "../../config/files";
import { CliError } from "../command";
import { findKeychain } from "./keychain";

const Login = z.object({
  /** The server, as its metadata names it. */
  url: z.string(),
  refreshToken: z.string(),
  accessToken: z.string(),
  /** When the access token expires, in milliseconds since 1970. */
  expiresAt: z.number(),
});

/** What `bask login` leaves on this machine. */
export type Login = z.infer<typeof Login>;

/** Where the login of this user is kept: the keychain of the machine, or a file that only they can read. */
export interface LoginStore {
  /** Undefined where no one has logged in. @throws CliError for a file that others can read, or that is damaged */
  read(): Promise<Login | undefined>;
  /** @returns where it is kept, for people */
  write(login: Login): Promise<string>;
  remove(): Promise<void>;
}

/** @param tokenFile keeps it in this file, and in no keychain */
export function openLoginStore(tokenFile: string | undefined, environment: Environment): LoginStore {
  const file = tokenFile === undefined ? usualFile(environment) : resolve(tokenFile);
  const keychain = tokenFile === undefined ? findKeychain() : undefined;
  return {
    async read() {
      const kept = await keychain?.read();
      if (kept === undefined) return readLogin(file);
      return parse(kept, keychain!.name);
    },
    async write(login) {
      const text = JSON.stringify(login);
      if (keychain && (await keychain.write(text))) {
        rmSync(file, { force: true });
        return keychain.name;
      }
      writeLogin(file, text);
      return file;
    },
    async remove() {
      await keychain?.remove();
      rmSync(file, { force: true });
    },
  };
}

/** A relative XDG_CONFIG_HOME is not valid and ignored (XDG Base Directory Specification). */
function usualFile(environment: Environment): string {
  const config = given("XDG_CONFIG_HOME", environment);
  const folder = config !== undefined && isAbsolute(config) ? config : join(homedir(), ".config");
  return join(folder, "bask", "login.json");
}

function readLogin(file: string): Login | undefined {
  try {
    const isShared = process.platform !== "win32" && (statSync(file).mode & 0o077) !== 0;
    if (isShared) throw new CliError(`Others can read ${file}. Run: chmod 600 ${file}`);
    return parse(readFileSync(file, "utf8"), file);
  } catch (error) {
    if (error instanceof CliError) throw error;
    if (codeOf(error) === "ENOENT") return undefined;
    throw new CliError(`${file} cannot be read (${codeOf(error)}).`);
  }
}

/** Never half of it, and never readable by others, not even for a moment. */
function writeLogin(file: string, text: string) {
  const next = `${file}.${process.pid}.draft`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    rmSync(next, { force: true });
    writeFileSync(next, text, { mode: 0o600, flag: "wx" });
    chmodSync(next, 0o600);
    removeOldDrafts(file, statSync(next).mtimeMs);
    renameSync(next, file);
  } catch (error) {
    rmSync(next, { force: true });
    throw new CliError(`${file} cannot be written (${codeOf(error)}). Choose another one: --token-file FILE`);
  }
}

/** @throws CliError */
function parse(text: string, place: string): Login {
  try {
    return Login.parse(JSON.parse(text));
  } catch {
    throw new CliError(`What ${place} holds is no login. Log in again: bask login --url URL`);
  }
}
