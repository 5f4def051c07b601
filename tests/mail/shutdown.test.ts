import { expect, test } from "bun:test";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import Driver from "better-sqlite3";
import { createClient } from "../support/client";
import { startBask, temporaryFolder } from "../support/process";

test("SIGTERM waits for no mail server that says nothing, and the email is sent by the next process at once", async () => {
  using folder = temporaryFolder();
  const connected = Promise.withResolvers<Socket>();
  const silent = createServer(connected.resolve).listen(0, "127.0.0.1");
  const { port } = silent.address() as { port: number };
  const bask = await startBask(folder.path, { SMTP_URL: `smtp://127.0.0.1:${port}` });
  const visitor = createClient({ url: bask.url });
  await visitor.auth.register({ email: "ada@example.com", password: "correct horse battery", fullName: "Ada" });
  const socket = await connected.promise;
  bask.kill("SIGTERM");
  expect(await bask.exited).toBe(0);
  socket.destroy();
  silent.close();

  const database = new Driver(join(folder.path, "data/bask.db"), { readonly: true });
  const row = database.prepare("select state, attempts, due_at as dueAt from outbox").get() as Record<string, unknown>;
  expect(row).toMatchObject({ state: "waiting", attempts: 0 });
  expect(row.dueAt as number).toBeLessThanOrEqual(Date.now());
  database.close();
}, 180_000);
