import Driver from "better-sqlite3";
import { SQL } from "bun";
import type { World } from "./world";

/** Runs statements past Bask, as somebody would who holds the database. */
export async function raw(world: World, ...statements: string[]) {
  const url = world.app.config.database.url;
  if (url.startsWith("sqlite:")) {
    const file = new Driver(url.slice("sqlite:".length));
    try {
      for (const statement of statements) file.exec(statement);
    } finally {
      file.close();
    }
    return;
  }
  const client = new SQL(url, { max: 1 });
  try {
    for (const statement of statements) await client.unsafe(statement);
  } finally {
    await client.close();
  }
}

/** Takes the guards off the audit log, which only the owner of the database can. */
export function unguard(world: World) {
  return world.app.db.dialect === "sqlite"
    ? raw(world, "drop trigger audit_events_no_update", "drop trigger audit_events_no_delete")
    : raw(world, "alter table audit_events disable trigger user");
}
