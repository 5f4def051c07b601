import { newId } from "../../ids";
import { type Candidate, type CandidateOptions, toCandidate } from "../../imports/candidates";
import { readRecords } from "../../imports/files/records";
import { importUsers, undoImport } from "../../imports/imports";
import { inspectFile } from "../../imports/inspect";
import { readFirebaseParameters, readHashes } from "../../imports/second-file";
import { isSourceName, type SourceName, sourceNames } from "../../imports/sources/names";
import type { Source } from "../../imports/sources/source";
import { sources } from "../../imports/sources/sources";
import { type Call, CliError, exitCodes } from "../command";
import { openReport, printReport, summaryOf } from "./import-report";

export async function importFile({ app, args: [file], options, out }: Call) {
  const name = sourceOf(options);
  const source = sources[name];
  const total = await inspectFile(file!, name);
  const context = await contextOf(options, name);
  const opened = await app();
  const dryRun = options.dryRun === true;
  await using report = await openReport(pathOf(options, "report"));
  const run = newId("imp", opened.clock.now());
  if (!dryRun) {
    out.prompt(
      `This is import ${run}. If it is interrupted, \`bask import undo ${run} --yes\` deletes what it imported.`,
    );
    await out.flush();
  }
  const usedHashes = new Set<string>();
  const candidates = candidatesOf(file!, source, { ...context, now: opened.clock.date() }, usedHashes);
  const progress = await out.progress(dryRun ? "Looking at records" : "Importing", total);
  for await (const done of importUsers(opened, candidates, { run, source: name, dryRun })) {
    report.add(done);
    progress.to(report.records);
  }
  progress.end();
  await report.flush();
  printReport(out, { run, dryRun }, report);
  out.note(summaryOf(report, dryRun));
  const unused = (context.hashes?.size ?? 0) - usedHashes.size;
  if (unused > 0) {
    out.note(`No match in ${file}: ${plural(unused, "hash", "hashes")} of ${options.hashes}.`);
  }
  if (report.counts.imported > 0 && !dryRun) out.note(`To undo: bask import undo ${run} --yes`);
  if (report.counts.invalid > 0)
    throw new CliError(`${plural(report.counts.invalid, "record")} could not be imported.`);
}

export async function undo({ app, args: [run], out }: Call) {
  const { removed, kept } = await undoImport(await app(), run!);
  out.data({ removed, kept }, [`${removed} users were deleted; ${kept} have used their account and stay.`]);
}

/** The records of a file that are about users, as they would be imported. */
async function* candidatesOf(
  file: string,
  source: Source,
  options: CandidateOptions,
  usedHashes: Set<string>,
): AsyncGenerator<Candidate> {
  for await (const record of readRecords(file, source.columns)) {
    const candidate = toCandidate(source, record, options);
    if (!candidate) continue;
    const { externalId } = candidate;
    if (externalId !== undefined && options.hashes?.has(externalId)) usedHashes.add(externalId);
    yield candidate;
  }
}

function sourceOf(options: Call["options"]): SourceName {
  const name = options.from === undefined ? "bask" : String(options.from);
  if (isSourceName(name)) return name;
  throw new CliError(`--from takes ${sourceNames.join(", ")}.`, exitCodes.usage);
}

const plural = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

const pathOf = (options: Call["options"], name: string): string | undefined =>
  options[name] === undefined ? undefined : String(options[name]);

/** What the options add to the records. @throws CliError for an option that the system has no use for */
async function contextOf(options: Call["options"], name: SourceName): Promise<Omit<CandidateOptions, "now">> {
  const source = sources[name];
  const hashes = pathOf(options, "hashes");
  const hashConfig = pathOf(options, "hashConfig");
  if (hashes !== undefined && !source.readHash) {
    throw new CliError(
      `--hashes is for auth0 and better-auth: ${source.title} has the hashes with the users.`,
      exitCodes.usage,
    );
  }
  if (hashConfig !== undefined && name !== "firebase") {
    throw new CliError("--hash-config is for firebase only.", exitCodes.usage);
  }
  return {
    assumeVerified: options.assumeVerified === true,
    dropUnsupportedHashes: options.dropUnsupportedHashes === true,
    hashes: hashes === undefined ? undefined : await readHashes(hashes, source),
    firebase: hashConfig === undefined ? undefined : await readFirebaseParameters(hashConfig),
  };
}
