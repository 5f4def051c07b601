import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { claimTurn, inTurn, isBackupUnderWay } from "../../src/backup/turn";
import { spawnBask, temporaryFolder } from "../support/process";
import { openWorld } from "../support/world";

setDefaultTimeout(180_000);

test("the turn to make a backup is one process's, however many claim it at once", async () => {
  using folder = temporaryFolder();
  const { app } = await openWorld();
  const claimant = join(import.meta.dir, "../support/claim-turn.ts");
  const claimants = [1, 2].map(() => {
    const child = spawnBask(folder.path, { DATABASE_URL: app.config.database.url }, [claimant]);
    return { child, output: child.stdout.getReader() };
  });
  const next = async ({ output }: (typeof claimants)[number]) =>
    new TextDecoder().decode((await output.read()).value).trim();
  expect(await Promise.all(claimants.map(next))).toEqual(["ready", "ready"]);
  for (const { child } of claimants) {
    child.stdin.write("\n");
    child.stdin.flush();
  }
  expect((await Promise.all(claimants.map(next))).sort()).toEqual(["0", "1"]);
});

test("a turn is renewed for as long as its backup takes, and given back", async () => {
  const { app, time } = await openWorld();
  const claim = () => app.db.write(claimTurn);
  const isUnderWay = () => isBackupUnderWay(app.db.reader, time.now());
  const claimedAt = (await claim())!;
  await inTurn(
    app,
    claimedAt,
    async () => {
      for (let minutes = 0; minutes < 3; minutes++) {
        time.pass({ minutes: 1 });
        while (!(await isUnderWay())) await Bun.sleep(1);
        expect(await claim()).toBeUndefined();
      }
    },
    1,
  );
  expect(await isUnderWay()).toBe(false);
});

test("a turn that was lost to another process is not given back for that one", async () => {
  const { app, time } = await openWorld();
  const claim = () => app.db.write(claimTurn);
  await inTurn(app, (await claim())!, async () => {
    time.pass({ minutes: 2 });
    expect(await claim()).toBeDate();
  });
  expect(await isBackupUnderWay(app.db.reader, time.now())).toBe(true);
});
