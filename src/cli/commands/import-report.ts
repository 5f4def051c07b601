import { type FileHandle, open } from "node:fs/promises";
import { csvHeader, csvLines } from "../../audit/csv";
import type { ImportReport } from "../../imports/imports";
import { CliError, exitCodes } from "../command";
import type { Output } from "../output";

/** Records whose report is kept in memory; the file has all of them. */
const maxKept = 10_000;
/** Records that a person wants to see at once. */
const maxShown = 50;

const columns = ["line", "outcome", "oldId", "email", "newId", "hasPassword", "reason"] as const;
const authored = new Set(["email"] as const);

export interface Report {
  records: number;
  counts: Record<ImportReport["outcome"], number>;
  withPassword: number;
  /** The first ten thousand. */
  kept: ImportReport[];
  add(report: ImportReport): void;
  /** Resolves when all of it is in the file. */
  flush(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * What becomes of each record, also in a CSV file if one is named.
 * @throws CliError when the file exists or cannot be created: it may be the only map from old ids to new ones
 */
export async function openReport(path: string | undefined): Promise<Report> {
  const file = path === undefined ? undefined : await create(path);
  let written: Promise<unknown> = file ? file.appendFile(csvHeader(columns)) : Promise.resolve();
  let waiting: ImportReport[] = [];
  const write = () => {
    const lines = csvLines<ImportReport>(columns, authored, waiting);
    waiting = [];
    written = written.then(() => file?.appendFile(lines));
  };
  const report: Report = {
    records: 0,
    counts: { imported: 0, exists: 0, skipped: 0, invalid: 0 },
    withPassword: 0,
    kept: [],
    add(done) {
      report.records++;
      report.counts[done.outcome]++;
      if (done.hasPassword) report.withPassword++;
      if (report.kept.length < maxKept) report.kept.push(done);
      if (file && waiting.push(done) >= 100) write();
    },
    async flush() {
      if (file) write();
      await written;
    },
    async [Symbol.asyncDispose]() {
      await report.flush().finally(() => file?.close());
    },
  };
  return report;
}

async function create(path: string): Promise<FileHandle> {
  try {
    return await open(path, "wx");
  } catch (error) {
    const { code } = error as { code?: string };
    throw new CliError(
      code === "EEXIST"
        ? `${path} exists already: give the report another name.`
        : `${path} cannot be written (${code}).`,
      exitCodes.usage,
    );
  }
}

/** Every record as JSON, or those that were not imported as they were, for a person. */
export function printReport(out: Output, { run, dryRun }: { run: string; dryRun: boolean }, report: Report) {
  const { counts, records, kept } = report;
  const remarkable = kept.filter(({ outcome, reason }) => outcome !== "imported" || reason !== undefined);
  const shown = remarkable.slice(0, maxShown);
  const width = Math.max(0, ...shown.map(({ line }) => String(line).length));
  const lines = shown.map(
    ({ line, outcome, email, oldId, reason }) =>
      `line ${String(line).padStart(width)}  ${outcome.padEnd(8)}  ${[email ?? oldId, reason].filter(Boolean).join(": ")}`,
  );
  out.data(
    { run, dryRun, counts, reports: kept, omitted: records - kept.length },
    lines.map((line) => line.replace(/\p{Cc}+/gu, " ")),
  );
  if (remarkable.length > shown.length || records > kept.length)
    out.note("There are more: --report FILE writes all of them.");
}

/** One line that says how many of each. */
export function summaryOf({ counts, withPassword }: Report, dryRun: boolean): string {
  const imported = `${counts.imported} ${dryRun ? "would be imported" : "imported"}, ${withPassword} of them with a password`;
  return `${imported}; ${counts.exists} existed, ${counts.skipped} skipped, ${counts.invalid} invalid.`;
}
