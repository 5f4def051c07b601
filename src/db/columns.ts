import { dialect } from "./dialect";

/**
 * The words tables are declared in. Both dialects give the same JavaScript values, so the types of one serve for both:
 * this cast, with the one in `postgres.ts`, is where they meet. Only the one that the process speaks is loaded.
 */
export const {
  check,
  jsonEach,
  jsonField,
  boolean,
  rowId,
  index,
  int,
  json,
  timestampFromMs,
  primaryKey,
  someRows,
  table,
  text,
  timestamp,
  uniqueIndex,
} = (
  dialect === "postgres" ? require("./columns.postgres") : require("./columns.sqlite")
) as typeof import("./columns.sqlite");
