import type { App } from "../app";
import { accessTokenSeconds } from "../crypto/access-tokens";
import { signingAlgorithms } from "../crypto/signing-keys";
import { DatabaseUnavailable } from "../db/database";
import { lostAfter } from "./presence";
import { findSigningTimes } from "./signing.sql";

/**
 * The public keys that access tokens can be verified with: those of this process, and those of every algorithm of which a token may still be valid,
 * because a process signed with it until a moment ago. Without the database, those of this process.
 */
export async function publicKeys({ accessTokens, clock, db }: App) {
  const times = await findSigningTimes(db.reader).catch((error) => {
    if (db.explain(error) instanceof DatabaseUnavailable) return undefined;
    throw error;
  });
  const oldest = clock.now() - accessTokenSeconds * 1000 - lostAfter;
  const inUse = signingAlgorithms.filter((algorithm) => (times?.[algorithm]?.getTime() ?? 0) > oldest);
  return accessTokens.jwksWith(inUse);
}
