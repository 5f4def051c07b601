import type { FirebaseParameters } from "../crypto/foreign/firebase-scrypt";
import { ImportFileError } from "./files/import-file";
import { readRecords } from "./files/records";
import { readText } from "./files/text";
import type { Source } from "./sources/source";

/** How many hashes of a second file are kept in memory: about 250 bytes each. */
const maxHashes = 2_000_000;

/**
 * The hashes that a system exports apart from its users, by external id.
 * @throws ImportFileError for a file that has none, or more than two million
 */
export async function readHashes(path: string, source: Source): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  for await (const { fields } of readRecords(path)) {
    const found = fields && source.readHash?.(fields);
    if (found) hashes.set(found.externalId, found.passwordHash);
    if (hashes.size > maxHashes)
      throw new ImportFileError(`${path} has more than ${maxHashes} hashes. Import it in parts.`);
  }
  if (hashes.size === 0) throw new ImportFileError(`${path} has no password hashes of ${source.title}.`);
  return hashes;
}

/**
 * The parameters of a Firebase project's hashes, as its console shows them.
 * @throws ImportFileError when one is missing, or the hashes are not Firebase's scrypt
 */
export async function readFirebaseParameters(path: string): Promise<FirebaseParameters> {
  let text = "";
  for await (const piece of readText(path)) {
    text += piece;
    if (text.length > 10_000) break;
  }
  const value = (name: string) => new RegExp(`\\b${name}"?\\s*[:=]\\s*"?([A-Za-z\\d+/=_-]+)`).exec(text)?.[1];
  const [signerKey, saltSeparator] = [value("base64_signer_key"), value("base64_salt_separator")];
  const [rounds, memCost] = [Number(value("rounds")), Number(value("mem_cost"))];
  const algorithm = value("algorithm");
  if (algorithm !== undefined && algorithm !== "SCRYPT") {
    throw new ImportFileError(`${path} is of ${algorithm}; only hashes of Firebase's own SCRYPT can be imported.`);
  }
  if (signerKey === undefined || saltSeparator === undefined || !(rounds > 0 && memCost > 0)) {
    throw new ImportFileError(
      `${path} does not have base64_signer_key, base64_salt_separator, rounds and mem_cost, as Firebase's console shows them.`,
    );
  }
  return { signerKey, saltSeparator, rounds, memCost };
}
