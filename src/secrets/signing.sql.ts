import type { SigningAlgorithm } from "../crypto/signing-keys";
import type { Reader, Writer } from "../db/database";
import { installation } from "../db/tables";

const columns = {
  EdDSA: installation.eddsaSignedAt,
  ES256: installation.es256SignedAt,
  RS256: installation.rs256SignedAt,
} as const;

/** When a process last was there that signs access tokens with each algorithm; null for one that none ever used. */
export async function findSigningTimes(db: Reader): Promise<Record<SigningAlgorithm, Date | null> | undefined> {
  return (await db.select(columns).from(installation))[0];
}

/** Notes that a process signs with an algorithm until a time at least. */
export async function noteSigningAlgorithm(tx: Writer, algorithm: SigningAlgorithm, at: Date) {
  await tx.update(installation).set({ [fields[algorithm]]: at });
}

const fields = { EdDSA: "eddsaSignedAt", ES256: "es256SignedAt", RS256: "rs256SignedAt" } as const;
