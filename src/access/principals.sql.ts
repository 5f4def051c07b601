import { eq, sql } from "drizzle-orm";
import type { Reader } from "../db/database";
import { firstOf, prepared } from "../db/prepared";
import { apiKeys } from "../db/tables";
import type { ApiKeyId } from "../ids";
import { type KeyWithFacts, selectKeys } from "./key-life.sql";

type Found = KeyWithFacts | undefined | Promise<KeyWithFacts | undefined>;

/** A key by the hash of its text, whether it works or not; at once on SQLite. */
export const findKeyByHash = (db: Reader, hash: string): Found => firstOf(keyByHash(db, { hash }));

export const findKeyById = (db: Reader, id: ApiKeyId): Found => firstOf(keyById(db, { id }));

const keyByHash = prepared<{ hash: string }, Promise<KeyWithFacts[]>>("key_by_hash", (db) =>
  selectKeys(db).where(eq(apiKeys.hash, sql.placeholder("hash"))),
);

const keyById = prepared<{ id: ApiKeyId }, Promise<KeyWithFacts[]>>("key_by_id", (db) =>
  selectKeys(db).where(eq(apiKeys.id, sql.placeholder("id"))),
);
