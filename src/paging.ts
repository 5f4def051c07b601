import { fieldMessages } from "./field-messages.contract";
import { invalid } from "./problems";

/** The part of a list that is asked for. */
export interface PageInput {
  limit: number;
  cursor?: string | undefined;
}

/** The rows after an id. */
export interface PageOf {
  after: string | undefined;
  limit: number;
}

/** A page of rows, of which one more than the limit was selected: it tells whether there is a next page. */
export function toPage<Row extends { id: string }>(
  rows: Row[],
  limit: number,
): { data: Row[]; nextCursor: string | null } {
  const data = rows.slice(0, limit);
  return { data, nextCursor: rows.length > limit ? toCursor(data.at(-1)!.id) : null };
}

/** The cursor of the page that starts after an id. */
export const toCursor = (id: string): string => Buffer.from(id).toString("base64url");

/** The id that a page starts after. @throws Problem VALIDATION_ERROR for what is not a cursor of ours */
export function afterCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const id = Buffer.from(cursor, "base64url").toString();
  if (!/^[a-z]{3}_[0-9a-z]{26}$/.test(id)) throw invalid("cursor", fieldMessages.cursor);
  return id;
}
