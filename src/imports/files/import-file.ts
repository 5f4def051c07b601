/** A record of a file that was exported from another system. */
export interface FileRecord {
  /** Where it begins in the file; the first line is 1. */
  line: number;
  /** Its fields, or undefined when it could not be read. */
  fields: Fields | undefined;
  /** Why it could not be read. */
  flaw?: string;
}

export type Fields = Readonly<Record<string, unknown>>;

/** A file that cannot be imported as a whole. The message is one sentence, or two, about the file. */
export class ImportFileError extends Error {
  override name = "ImportFileError";
  constructor(
    message: string,
    readonly isMissing = false,
  ) {
    super(message);
  }
}

/** Characters of one record; a longer one is not a user, and is not kept in memory. */
export const maxRecord = 1_000_000;

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** How many lines end in a text. */
export const countLines = (text: string): number => text.match(/\r\n|\n|\r/g)?.length ?? 0;
