import { type SQL, sql } from "drizzle-orm";
import { bind } from "../db/prepared";
import type { oauthGrants, sessions } from "../db/tables";

/** How many rotations are remembered at most. */
const remembered = 100;
/** Characters of one: `,` and 13 digits, from 2001 to 2286. */
const entry = 14;
/** How many characters are kept before the latest rotation. */
const room = (remembered - 1) * entry;

/**
 * The rotation history of a session or a grant, with one more. What was rotated long ago is left out, and it begins with an empty entry then; what
 * is more than can be remembered is cut off, and it begins with a time. It is cut in the same statement: a statement of its own would be a second
 * commit that a refresh waits for.
 * Binds `horizon`, before which rotations are forgotten, and `rotation`, `,` and the milliseconds of now.
 */
export const withRotation = ({ rotatedAt, rotations }: typeof sessions | typeof oauthGrants): SQL => sql`case
  when ${rotatedAt} <= ${bind(rotatedAt, "horizon")} then ''
  when length(${rotations}) > ${sql.raw(`${room}`)} then substr(${rotations}, length(${rotations}) - ${sql.raw(`${room - 2}`)})
  else ${rotations} end || ${bind(rotations, "rotation")}`;
