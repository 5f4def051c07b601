import type { App } from "../app";
import { fieldMessages } from "../field-messages.contract";
import { invalid } from "../problems";

/** What a password must not be made of: what anybody knows of the person, and of us. */
export interface Owner {
  email: string;
  fullName: string;
  /** Names of the organizations they belong to. */
  organizations?: string[];
}

/** Characters a password must have besides such words. */
const minOwnCharacters = 6;

/**
 * Refuses a new password that is below the installation's minimum, on the list of common ones, or little more than a
 * word that fits its owner (NIST SP 800-63B-4, 3.1.1.2).
 * @throws Problem VALIDATION_ERROR
 */
export async function requireStrongPassword(app: App, password: string, owner: Owner, path = "password") {
  const minLength = app.config.passwordMinLength;
  if ([...password].length < minLength) throw invalid(path, fieldMessages.minCharacters(minLength));
  const plain = password.normalize("NFKC").toLowerCase();
  const common = await commonPasswords();
  if (common.has(plain)) throw invalid(path, fieldMessages.commonPassword);
  const rest = contextWords(app, owner).reduce((text, word) => text.replaceAll(word, ""), plain);
  if (rest !== plain && ([...rest].length < minOwnCharacters || common.has(rest)))
    throw invalid(path, fieldMessages.guessablePassword);
}

/** The longest first, so that no word leaves a part of a longer one. */
function contextWords(app: App, { email, fullName, organizations = [] }: Owner): string[] {
  const texts = [email, fullName, ...organizations, new URL(app.config.publicUrl).hostname, app.config.appName];
  const parts = texts.flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)]);
  const words = parts.map((word) => word.normalize("NFKC").toLowerCase()).filter((word) => [...word].length >= 3);
  return [...new Set(words)].sort((a, b) => b.length - a.length);
}

let list: Promise<ReadonlySet<string>> | undefined;

/** 50,000 passwords that are tried first, loaded when somebody first chooses one. */
function commonPasswords(): Promise<ReadonlySet<string>> {
  list ??= import("@zxcvbn-ts/language-common").then(({ dictionary }) => new Set(dictionary["passwords-common"]));
  return list;
}
