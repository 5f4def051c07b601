import type { SQL } from "bun";
import { DatabaseUnavailable } from "./database";
import { sqlStateOf } from "./postgres-errors";

/** Milliseconds that a server is waited for. */
export interface Patience {
  /** Until it says what it is. Nothing there may have to wait for anything. */
  first: number;
  /** Between two looks at it during long work ... */
  pause: number;
  /** ... and for a look. Two in a row must fail: the first may have been late here. */
  look: number;
}

export const patience: Patience = { first: 10_000, pause: 1_000, look: 5_000 };

/** The server's process that serves a connection, undefined where a pooler is in between; and how another connection is made. */
interface Served {
  pid: number | undefined;
  name: string;
  connect(): SQL;
}

/**
 * Waits for work on a connection of which no one can say how long it may take, such as a migration. Over another connection it looks whether the server
 * answers at all, and whether it still serves that one: a connection that died without a word is missed by the kernel after a quarter of an hour.
 * @throws DatabaseUnavailable when it does not
 */
export async function whileServed<T>(served: Served, work: Promise<T>, { pause, look } = patience): Promise<T> {
  const lost = Promise.withResolvers<never>();
  let failures = 0;
  let client: SQL | undefined;
  let isOver = false;

  async function keepLooking() {
    for (;;) {
      await Bun.sleep(pause);
      if (isOver) return;
      client ??= served.connect();
      failures = (await isServed(client, served.pid, look)) ? 0 : failures + 1;
      if (failures === 2)
        return lost.reject(
          new DatabaseUnavailable(`${served.name} does not answer any more. Start again when it does.`),
        );
    }
  }

  void keepLooking();
  try {
    return await Promise.race([work, lost.promise]);
  } finally {
    isOver = true;
    void client?.close({ timeout: 0 }).catch(() => {});
  }
}

/** What waits for us does so for moments, while a statement or its response is on the way. After longer it was lost. */
const serving = `select count(*)::int as n from pg_stat_activity
  where pid = $1::int and (state = 'active' or state_change > clock_timestamp() - make_interval(secs => $2::float8))`;

async function isServed(client: SQL, pid: number | undefined, milliseconds: number): Promise<boolean> {
  const answer = client.unsafe(serving, [pid ?? 0, milliseconds / 1_000]).then(
    ([row]) => pid === undefined || row.n === 1,
    (error) => sqlStateOf(error) !== "", // it answers, if only that it takes no more connections
  );
  return Promise.race([answer, Bun.sleep(milliseconds).then(() => false)]);
}
