import { type Column, like, type SQL, sql } from "drizzle-orm";

/** Whether a text column holds a text, in whatever case; no letter of it is a pattern. */
export const holds = (column: Column, text: string): SQL =>
  like(sql`lower(${column})`, sql`lower(${`%${text.replace(/[\\%_]/g, "\\$&")}%`}) escape '\\'`);
