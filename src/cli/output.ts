import { openProgress, type Progress } from "./progress";

/** Where a command writes: data to standard output, everything else to standard error. */
export interface Output {
  /** A thing or a list of things: as JSON with `--json`, else as the lines it is given. */
  data(value: unknown, lines: readonly string[]): void;
  /** A list: as JSON with `--json`, else as a table of the columns that are named. */
  table(rows: readonly object[], columns: readonly string[]): void;
  /** One line of data that is the same with `--json`: for what is too long to be one value. */
  line(text: string): void;
  /** What a person wants to know beside the data. Not written with `--json`. */
  note(text: string): void;
  /** What a person must do before it goes on, also with `--json`. */
  prompt(text: string): void;
  /** How far it has come, of a total in any unit if there is one. Not shown with `--json`. */
  progress(message: string, total?: number): Promise<Progress>;
  /** Resolves when all of it is written: a pipe takes what is written later than a process would end. */
  flush(): Promise<void>;
}

export function openOutput(json: boolean): Output {
  let written: Promise<unknown> = Promise.resolve();
  const write = (file: Bun.BunFile, text: string) => {
    written = written.then(() => Bun.write(file, text)).catch(unlessClosed);
  };
  const out = (text: string) => write(Bun.stdout, text);
  const err = (text: string) => write(Bun.stderr, text);
  return {
    flush: async () => void (await written),
    data: (value, lines) =>
      out(json ? `${JSON.stringify(value, null, 2)}\n` : lines.map((line) => `${line}\n`).join("")),
    line: (text) => out(`${text}\n`),
    table(rows, columns) {
      if (json) return out(`${JSON.stringify(rows, null, 2)}\n`);
      if (rows.length === 0) return err("None.\n");
      out(tableOf(rows as Record<string, unknown>[], columns));
    },
    progress: (message, total) => openProgress(message, total, json),
    prompt: (text) => err(`${text}\n`),
    note: (text) => void (json || err(`${text}\n`)),
  };
}

/** The reader of a pipe may stop early, as `head` does. */
function unlessClosed(error: unknown) {
  if ((error as { code?: unknown }).code !== "EPIPE") throw error;
}

function tableOf(rows: readonly Record<string, unknown>[], columns: readonly string[]): string {
  const cells = [[...columns], ...rows.map((row) => columns.map((column) => cell(row[column])))];
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i]!.length)));
  return cells
    .map(
      (line) =>
        `${line
          .map((text, i) => text.padEnd(widths[i]!))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

/** A value in one cell; control characters of names cannot move the cursor. */
function cell(value: unknown): string {
  if (value === null || value === undefined) return "-";
  const text = value instanceof Date ? value.toISOString() : String(value);
  return text.replace(/\p{Cc}+/gu, " ");
}
