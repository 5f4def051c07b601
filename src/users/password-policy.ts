import type { App } from "../app";
import { fieldMessages } from "../field-messages.contract";
import { invalid } from "../problems";

/** What others know about a user, and a password must not be made of. */
export interface PasswordContext {
  email: string;
  fullName: string;
  /** Names of the organizations they belong to. */
  organizations?: string[];
}

/** Characters that must remain when those words are removed. */
const minOwnCharacters = 6;

/**
 * Refuses a new password that is shorter than the installation's minimum, on the list of common ones, or little more than a word that others
 * know about its user (NIST SP 800-63B-4, 3.1.1.2).
 * @throws Problem VALIDATION_ERROR
 */
export async function requireStrongPassword(app: App, password: string, context: PasswordContext, path = "password") {
  const minLength = app.config.passwordMinLength;
  if ([...password].length < minLength) throw invalid(path, fieldMessages.minCharacters(minLength));
  const plain = password.normalize("NFKC").toLowerCase();
  const common = await commonPasswords();
  if (common.has(plain)) throw invalid(path, fieldMessages.commonPassword);
  const rest = contextWords(app, context).reduce((text, word) => text.replaceAll(word, ""), plain);
  if (rest !== plain && ([...rest].length < minOwnCharacters || common.has(rest)))
    throw invalid(path, fieldMessages.guessablePassword);
}

/** Longest first, so that removing a short word does not leave part of a longer one. */
function contextWords(app: App, { email, fullName, organizations = [] }: PasswordContext): string[] {
  const texts = [email, fullName, ...organizations, new URL(app.config.publicUrl).hostname, app.config.appName];
  const parts = texts.flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)]);
  const words = parts.map((word) => word.normalize("NFKC").toLowerCase()).filter((word) => [...word].length >= 3);
  return [...new Set(words)].sort((a, b) => b.length - a.length);
}

let loaded: Promise<ReadonlySet<string>> | undefined;

/** The 50,000 most common passwords, loaded when the first password is set. */
function commonPasswords(): Promise<ReadonlySet<string>> {
  loaded ??= import("@zxcvbn-ts/language-common").then(({ dictionary }) => new Set(dictionary["passwords-common"]));
  return loaded;
}
