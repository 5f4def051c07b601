import { z } from "zod";

/*
 * A backup is JSON lines, compressed by gzip: a header; for each table a line with its columns, a line for each row and a line with their
 * number; the signed end of every audit chain; and an end with a digest of all that stands before it.
 */

/** The first line. */
export const Header = z.object({
  bask: z.literal("backup"),
  format: z.literal(1),
  /** The version of Bask that made it. */
  version: z.string(),
  /** The moment whose state it holds. */
  createdAt: z.iso.datetime(),
  /** Of the database it was made of; the same migration has another hash on the other one. */
  dialect: z.enum(["sqlite", "postgres"]),
  publicUrl: z.string(),
  /** By which the secret of the data is recognized. */
  fingerprint: z.string(),
  migrations: z.array(z.object({ source: z.enum(["bask", "extension"]), name: z.string(), hash: z.string() })),
});

export const TableStart = z.object({
  table: z.string(),
  columns: z.array(z.tuple([z.string(), z.enum(["text", "int", "timestamp", "boolean"])])),
  numbered: z.string().optional(),
});

export const TableEnd = z.object({ rows: z.int() });

/** The end of an audit chain, as `bask audit checkpoint` gives it. */
export const CheckpointLine = z.object({
  checkpoint: z.object({ chain: z.string(), seq: z.int(), hash: z.string(), signature: z.string() }),
});

/** The last line. */
export const End = z.object({
  end: z.literal(true),
  /** Rows of each table. */
  tables: z.record(z.string(), z.int()),
  checkpoints: z.int(),
  /** SHA-256 of every byte before this line, base64url. */
  digest: z.string(),
  /** HMAC of the digest under a key derived from the installation's secret. */
  signature: z.string(),
});

export type Header = z.infer<typeof Header>;
export type End = z.infer<typeof End>;
