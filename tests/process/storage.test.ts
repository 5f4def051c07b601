import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { renameSync, symlinkSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { dialect } from "../../src/db/dialect";
import { rowsOf } from "../support/migrations";
import { startBask, temporaryFolder } from "../support/process";

setDefaultTimeout(180_000);

/** The storage of a database that fails and comes back. PostgreSQL has its own. */
describe.skipIf(dialect === "postgres")("a server on SQLite", () => {
  test.skipIf(!Bun.which("prlimit"))(
    "refuses with 503 and is not ready while its storage fails, loses nothing, and serves when that is back",
    async () => {
      using folder = temporaryFolder();
      const bask = await startBask(folder.path, {});
      const acknowledged: string[] = [];
      const register = async (name: string) => {
        const email = `${name}@example.com`;
        const body = JSON.stringify({ email, password: "correct horse battery", fullName: "Ada" });
        const headers = { "Content-Type": "application/json" };
        const response = await fetch(`${bask.url}/auth/register`, { method: "POST", headers, body });
        if (response.ok) acknowledged.push(email);
        return { status: response.status, ...((await response.json()) as object) };
      };
      const statusOf = async (path: string) => (await fetch(bask.url + path)).status;
      const refused = { status: 503, error: { code: "UNAVAILABLE", retryAfter: 1 } };
      const expectToServe = async (name: string) => {
        expect(await register(name)).toMatchObject({ status: 201 });
        expect(await statusOf("/ready")).toBe(200);
      };
      await expectToServe("ada");

      // Every write fails, as it does on a disk that is broken or read-only.
      const limitFiles = (bytes: string) =>
        Bun.spawnSync(["prlimit", "--pid", String(bask.pid), `--fsize=${bytes}:`]).success;
      expect(limitFiles("1")).toBe(true);
      for (const name of ["broken", "again"]) {
        expect(await register(name)).toMatchObject(refused);
        expect([await statusOf("/ready"), await statusOf("/health")]).toEqual([503, 200]);
      }
      expect(limitFiles("unlimited")).toBe(true);
      await expectToServe("mended");

      // The files cannot be looked at, as in a folder whose rights were taken or whose network is gone.
      const data = join(folder.path, "data");
      renameSync(data, `${data}.away`);
      symlinkSync("data", data);
      await Bun.sleep(20); // a look at the file is good for 10 ms
      expect(await register("closed")).toMatchObject(refused);
      expect(await statusOf("/ready")).toBe(503);
      unlinkSync(data);
      renameSync(`${data}.away`, data);
      await expectToServe("opened");

      bask.kill("SIGTERM");
      expect(await bask.exited).toBe(0);
      const kept = await rowsOf(`sqlite:${data}/bask.db`, "select email from users order by created_at, id");
      expect(kept.map(({ email }) => email as string).sort()).toEqual(acknowledged.sort());
    },
  );
});
