import type { PostgresLocation } from "../config/database-url";
import type { Checkup } from "./checkup";
import { inSession } from "./postgres-client";

/** Settings without which a crash loses or damages what was committed. */
const needed: Readonly<Record<string, readonly string[]>> = {
  fsync: ["on"],
  full_page_writes: ["on"],
  synchronous_commit: ["on", "local", "remote_write", "remote_apply"],
};

export function checkUpPostgres(location: PostgresLocation): Promise<Checkup> {
  return inSession(location, async (client) => {
    const settings = (await client.unsafe(
      `select name, setting from pg_settings where name in (${Object.keys(needed)
        .map((name) => `'${name}'`)
        .join(", ")}) order by name`,
    )) as { name: string; setting: string }[];
    const invalid = (await client.unsafe(
      "select c.relname::text as name from pg_index i join pg_class c on c.oid = i.indexrelid where c.relnamespace = current_schema()::regnamespace and not i.indisvalid",
    )) as { name: string }[];
    return {
      damage: invalid.map(({ name }) => `the index ${name} is not valid`),
      unsafe: settings
        .filter(({ name, setting }) => !needed[name]!.includes(setting))
        .map(({ name, setting }) => `${name} is ${setting}`),
    };
  });
}
