import type { App } from "../../src/app";
import { type Id, newId } from "../../src/ids";
import { type CandidateOptions, toCandidate } from "../../src/imports/candidates";
import type { Fields } from "../../src/imports/files/import-file";
import { type ImportReport, importUsers } from "../../src/imports/imports";
import type { SourceName } from "../../src/imports/sources/names";
import { sources } from "../../src/imports/sources/sources";

interface Options extends Partial<CandidateOptions> {
  source?: SourceName;
  run?: Id<"imp">;
  dryRun?: boolean;
}

/** Imports these records as if they stood in a file, one on each line. */
export async function importRecords(
  app: App,
  records: readonly Fields[],
  options: Options = {},
): Promise<ImportReport[]> {
  const { source = "bask", run = newId("imp", app.clock.now()), dryRun = false, ...context } = options;
  const candidates = records.flatMap((fields, i) => {
    const candidate = toCandidate(sources[source], { line: i + 1, fields }, { now: app.clock.date(), ...context });
    return candidate ? [candidate] : [];
  });
  return Array.fromAsync(importUsers(app, candidates, { run, source, dryRun }));
}
