import { describe, expect, setDefaultTimeout, test } from "bun:test";
import Driver from "better-sqlite3";
import { dialect } from "../../src/db/dialect";
import { createClient } from "../support/client";
import { expectRefusal } from "../support/expect";
import { rowsOf } from "../support/migrations";
import { findPostgres, type PostgresServer, startPostgres } from "../support/postgres";
import { openWorld, type World } from "../support/world";

setDefaultTimeout(180_000);

const binaries = findPostgres();

/** A world whose database can fail, and how it fails and comes back. */
async function fragileWorld(): Promise<{
  world: World;
  fail(): Promise<void>;
  heal(): Promise<void>;
  end(): Promise<void>;
}> {
  if (dialect === "postgres") {
    const server: PostgresServer = await startPostgres(binaries!, { durable: true });
    const world = await openWorld({ databaseUrl: server.url });
    const end = async () => {
      await world.close();
      await server.stop();
    };
    return { world, fail: () => crash(server), heal: server.start, end };
  }
  const world = await openWorld();
  const other = new Driver(world.app.config.database.url.replace("sqlite:", ""));
  const end = async () => {
    other.close();
    await world.close();
  };
  return {
    world,
    fail: async () => void other.exec("begin exclusive"),
    heal: async () => void other.exec("rollback"),
    end,
  };
}

/** The processes that serve connections outlive their server for a moment, and would answer; they go with it. */
async function crash(server: PostgresServer) {
  const serving = await rowsOf(server.url, "select pid from pg_stat_activity where backend_type = 'client backend'");
  await server.kill();
  for (const { pid } of serving) {
    try {
      process.kill(pid as number, "SIGKILL");
    } catch {} // it is gone already
  }
}

describe("a database that fails", () => {
  test.skipIf(dialect === "postgres" && !binaries)(
    "refuses what needs it with 503, lets nobody in by mistake, and is forgotten when it is back",
    async () => {
      const { world, fail, heal, end } = await fragileWorld();
      const ada = await world.person("Ada");
      const pair = ada.bask.tokens()!;
      const { id } = await ada.bask.organizations.create({ name: "Outage" });
      await fail();

      const refused = await expectRefusal(ada.bask.organizations.create({ name: "Another" }), "UNAVAILABLE");
      expect(refused.status).toBe(503);
      expect(refused.retryAfter).toBe(1);
      await expectRefusal(ada.bask.auth.refresh(), "UNAVAILABLE");
      if (dialect === "postgres") {
        await expectRefusal(ada.bask.me.get(), "UNAVAILABLE");
        expect((await world.fetch("/ready")).status).toBe(503);
        world.time.pass({ seconds: 1 });
        await expectRefusal(ada.bask.whoami(), "UNAVAILABLE");
      } else {
        expect((await ada.bask.me.get()).email).toBe(ada.email);
      }
      expect((await world.fetch("/health")).status).toBe(200);
      expect(world.log.join("\n")).not.toContain("params");

      await heal();
      expect((await ada.bask.organizations.get(id)).name).toBe("Outage");
      expect((await createClient({ url: world.url, tokens: pair }).auth.refresh()).refreshToken).toBeString();
      expect((await ada.bask.organizations.list()).data).toHaveLength(1);
      await end();
    },
  );
});
