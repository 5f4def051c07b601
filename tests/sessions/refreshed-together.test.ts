import { afterAll, beforeAll, expect, test } from "bun:test";
import { SQL } from "bun";
import { dialect } from "../../src/db/dialect";
import type { SessionId, UserId } from "../../src/ids";
import { refreshSession } from "../../src/sessions/refresh";
import { openSession, tokensOf } from "../../src/sessions/sessions";
import { endSession, findSessionByRowId, type SessionRow } from "../../src/sessions/sessions.sql";
import { realTime } from "../support/clock";
import { storm } from "../support/expect";
import { openWorld, type World } from "../support/world";

let world: World;
let userId: UserId;
beforeAll(async () => {
  // Without a grace, and in real time: what was rotated a millisecond ago is a reuse.
  world = await openWorld({ time: realTime(), config: { refreshGraceSeconds: 0 } });
  userId = (await (await world.person("Ada")).bask.me.get()).id as UserId;
});
afterAll(() => world.close());

const origin = { ip: "192.0.2.1", userAgent: null, requestId: "req_1" };
const open = (): Promise<SessionRow> =>
  world.app.db.write((tx) => openSession(tx, { userId, method: "password", twoFactor: false, origin }));
const successorOf = ({ rowId, id }: SessionRow) => ({ rowId, session: id, generation: 1 });
const tokenOf = (session: SessionRow) => tokensOf(world.app, session).refreshToken;
const refresh = (token: string) => refreshSession(world.app, { kind: "visitor", origin } as never, token);
const read = (token: string) => world.app.refreshTokens.read(token)!;
const end = (id: SessionId) => world.app.db.write((tx) => endSession(tx, id, "logout"));

test("each is answered with the successor of its own token, or refused for itself", async () => {
  const live = [await open(), await open(), await open()];
  const ended = await open();
  const stale = await open();
  const unknown = await open();
  await end(ended.id);
  const staleToken = tokenOf(stale);
  await refresh((await refresh(staleToken)).refreshToken);
  const [one, two, three] = live.map(tokenOf) as [string, string, string];
  const sent = [one, tokenOf(ended), two, staleToken, tokenOf({ ...unknown, generation: 7 }), three, two];
  const outcomes = await Promise.allSettled(sent.map(refresh));
  const answers = outcomes.map((outcome) =>
    outcome.status === "fulfilled" ? read(outcome.value.refreshToken) : outcome.reason.code,
  );
  const [a, b, c] = live.map(successorOf);
  const refused = "INVALID_REFRESH_TOKEN";
  expect(answers).toEqual([a, refused, b, refused, refused, c, b]);
});

test.skipIf(dialect === "sqlite")(
  "a session that another transaction has locked holds up no other one, and is rotated after it",
  async () => {
    const [locked, free, another] = [await open(), await open(), await open()];
    const holder = new SQL(world.app.config.database.url, { max: 1 });
    const release = Promise.withResolvers<void>();
    const isLocked = Promise.withResolvers<void>();
    const holding = holder.begin(async (tx) => {
      await tx`select 1 from sessions where row_id = ${locked.rowId} for update`;
      isLocked.resolve();
      await release.promise;
    });
    await isLocked.promise;
    const waiting = refresh(tokenOf(locked));
    const through = await Promise.all([free, another].map((session) => refresh(tokenOf(session))));
    expect(through.map(({ refreshToken }) => read(refreshToken).session)).toEqual([free.id, another.id]);
    release.resolve();
    await holding;
    expect(read((await waiting).refreshToken)).toEqual(successorOf(locked));
    await holder.close();
  },
);

test("of many sessions in two processes, each is rotated once, and every response has its one successor", async () => {
  const processes = await Promise.all(
    [1, 2].map(() => openWorld({ databaseUrl: world.app.config.database.url, time: realTime() })),
  );
  const live: SessionRow[] = [];
  for (let i = 0; i < 10; i++) live.push(await open());
  const { won } = await storm(live.length * 6, async (i) => {
    const { app } = processes[Math.floor(i / 10) % 2]!;
    const { refreshToken } = await refreshSession(app, { kind: "visitor", origin } as never, tokenOf(live[i % 10]!));
    return read(refreshToken);
  });
  expect(won).toEqual(Array.from({ length: live.length * 6 }, (_, i) => successorOf(live[i % 10]!)));
  for (const { rowId, id } of live)
    expect((await findSessionByRowId(world.app.db.reader, rowId, id))!.generation).toBe(1);
  for (const process of processes) await process.close();
});
