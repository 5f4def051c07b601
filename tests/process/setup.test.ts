import { expect, test } from "bun:test";
import { createClient } from "../support/client";
import { startBask, temporaryFolder } from "../support/process";

const urlIn = (output: string) => /"setUpUrl":"([^"]+)"/.exec(output)?.[1];

test("each start prints a fresh link to set the installation up, until there is a user", async () => {
  using folder = temporaryFolder();
  const stop = async (bask: Awaited<ReturnType<typeof startBask>>) => {
    bask.kill("SIGTERM");
    await bask.exited;
  };
  const first = await startBask(folder.path, {});
  const link = urlIn(first.output())!;
  expect(link).toStartWith(`http://localhost:${new URL(first.url).port}/dashboard/setup#token=bst_`);
  await stop(first);

  const second = await startBask(folder.path, {});
  const fresh = urlIn(second.output())!;
  expect(fresh.split("#")[1]).not.toBe(link.split("#")[1]);
  const bask = createClient({ url: second.url });
  const token = fresh.split("#token=")[1]!;
  await bask.auth.setUp({ token, email: "ada@example.com", password: "correct horse battery", fullName: "Ada" });
  await stop(second);

  const third = await startBask(folder.path, {});
  expect(urlIn(third.output())).toBeUndefined();
  await stop(third);
});
