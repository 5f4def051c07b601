import { type Fields, ImportFileError } from "./files/import-file";
import { readRecords } from "./files/records";
import type { SourceName } from "./sources/names";
import { recognize, sources } from "./sources/sources";

/** How many records are looked at to tell which system a file is from. */
const enough = 100;

/**
 * Reads a file to its end, so that one which is damaged is refused before anything is written.
 * @returns how many records it has
 * @throws ImportFileError also for a file that is not from this system
 */
export async function inspectFile(path: string, name: SourceName): Promise<number> {
  const source = sources[name];
  let records = 0;
  let recognized = false;
  let first: Fields | undefined;
  for await (const { fields } of readRecords(path, source.columns)) {
    records++;
    if (!fields || recognized || records > enough) continue;
    first ??= fields;
    recognized = source.recognizes(fields);
  }
  if (records === 0) throw new ImportFileError(`${path} has no records.`);
  if (!recognized && first) refuseUnlessOwn(path, name, recognize(first));
  return records;
}

/** Bask's own format tells by itself which of its fields are wrong. */
function refuseUnlessOwn(path: string, name: SourceName, looksLike: SourceName | undefined) {
  if (looksLike === undefined && name === "bask") return;
  const { title } = sources[name];
  throw new ImportFileError(
    looksLike === undefined || looksLike === name
      ? `${path} does not look like an export of ${title}.`
      : `${path} looks like an export of ${sources[looksLike].title}, not of ${title}: use --from ${looksLike}.`,
  );
}
