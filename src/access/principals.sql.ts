import { eq, sql } from "drizzle-orm";
import type { Reader } from "../db/database";
import { prepared } from "../db/prepared";
import { apiKeys } from "../db/tables";
import type { ApiKeyId } from "../ids";
import { type KeyWithFacts, selectKeys } from "./key-life.sql";

/** A key by the hash of its text, whether it works or not. */
export async function findKeyByHash(db: Reader, hash: string): Promise<KeyWithFacts | undefined> {
  return (await keyByHash(db, { hash }))[0];
}

export async function findKeyById(db: Reader, id: ApiKeyId): Promise<KeyWithFacts | undefined> {
  return (await keyById(db, { id }))[0];
}

const keyByHash = prepared<{ hash: string }, Promise<KeyWithFacts[]>>("key_by_hash", (db) =>
  selectKeys(db).where(eq(apiKeys.hash, sql.placeholder("hash"))),
);

const keyById = prepared<{ id: ApiKeyId }, Promise<KeyWithFacts[]>>("key_by_id", (db) =>
  selectKeys(db).where(eq(apiKeys.id, sql.placeholder("id"))),
);
