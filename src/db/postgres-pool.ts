import type { SQL } from "bun";
import { DatabaseUnavailable } from "./database";
import { isReadOnly } from "./postgres-errors";

/** What drizzle asks of a client. */
export interface QueryClient {
  unsafe(query: string, values?: unknown[]): PromiseLike<unknown[]> & { values(): Promise<unknown[][]> };
}

/** A pool of connections in which nothing waits forever. */
export interface Pool {
  /** Sends each query over a free connection. */
  readonly client: QueryClient;
  /** Makes its first connection. Nothing else has a deadline here: a server under load may take longer for that than for any statement. */
  connect(): Promise<void>;
  /** Runs `work` in a transaction on a connection of its own. @throws DatabaseUnavailable when its outcome is unknown, too */
  begin<T>(work: (client: QueryClient) => Promise<T>): Promise<T>;
  /** Runs a start: until it is over, an operation is waited for as long as one can be at all. */
  patiently<T>(work: () => Promise<T>): Promise<T>;
  /** Connects anew, once a second at most: those that are open lead to a server that only reads. */
  renew(): void;
  close(): Promise<void>;
}

/** Milliseconds between two looks at what is under way. Time is counted in these, so that a process that stood still itself blames no one. */
const tick = 250;
/** Ticks after which an operation without a response counts as lost, if nothing else was answered either ... */
const timeout = 2_000 / tick;
/** ... or if one that began this much later was answered; a pool that is only busy answers in order. */
const overtaken = 1_000 / tick;
/** Ticks after which it counts as lost in any case. */
const maxWait = 10_000 / tick;
/** Ticks between two times that connections are replaced which lead to a server that only reads. */
const renewal = 1_000 / tick;

/** A statement, or the begin or end of a transaction, that has not been answered. */
interface Operation {
  readonly since: number;
  reject(error: unknown): void;
}

/** The connections of one client, and what is under way on them. */
interface Connections {
  readonly sql: SQL;
  readonly operations: Set<Operation>;
  transactions: number;
}

/**
 * Bun's client has no deadline for queries: on a connection that died without a word, after a failover or behind a NAT, they wait for as long as
 * the kernel does, a quarter of an hour. Here an operation is refused after two seconds, and all connections are replaced, because others
 * probably died with the one that was noticed. What else is under way on them may finish. Whether a refused write took place is unknown.
 * They are replaced, too, when one leads to a server that only reads: it was the primary before a failover, or had a setting that only new connections lose.
 */
export function openPool(connect: () => SQL): Pool {
  let current = connectionsOf(connect());
  const retired = new Map<Connections, number>();
  let ticks = 0;
  let replacedAt = 0;
  let lastAnswer = 0;
  let newestAnswered = 0;
  let patience = timeout;

  const timer = setInterval(() => {
    ticks++;
    for (const connections of [...retired.keys(), current]) expire(connections);
    for (const [connections, since] of retired) {
      const idle = connections.operations.size === 0 && connections.transactions === 0;
      if (!idle && ticks - since <= timeout) continue;
      retired.delete(connections);
      drop(connections.sql);
    }
  }, tick);
  timer.unref();

  function expire(connections: Connections) {
    for (const operation of connections.operations) {
      if (!isLost(operation)) return; // the others began later
      connections.operations.delete(operation);
      operation.reject(
        new DatabaseUnavailable(`PostgreSQL does not answer: no response within ${(patience * tick) / 1_000} seconds`),
      );
      replace(connections);
    }
  }

  function replace(connections: Connections) {
    if (connections !== current) return;
    retired.set(current, ticks);
    current = connectionsOf(connect());
    replacedAt = ticks;
  }

  function renew(connections: Connections) {
    if (ticks - replacedAt >= renewal) replace(connections);
  }

  function isLost({ since }: Operation): boolean {
    if (ticks - since < patience) return false;
    return ticks - lastAnswer >= timeout || newestAnswered - since >= overtaken || ticks - since >= maxWait;
  }

  function start(connections: Connections, reject: Operation["reject"]): Operation {
    const operation = { since: ticks, reject };
    connections.operations.add(operation);
    return operation;
  }

  function end(connections: Connections, operation: Operation) {
    connections.operations.delete(operation);
    lastAnswer = ticks;
    if (operation.since > newestAnswered) newestAnswered = operation.since;
  }

  function timed<T>(connections: Connections, work: PromiseLike<T>, onLost?: Operation["reject"]): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const operation = start(connections, (error) => {
        reject(error);
        onLost?.(error);
      });
      work.then(
        (value) => {
          end(connections, operation);
          resolve(value);
        },
        (error) => {
          end(connections, operation);
          if (isReadOnly(error)) renew(connections);
          reject(error);
        },
      );
    });
  }

  const clientOn = (connectionsNow: () => Connections, sql?: SQL, onLost?: Operation["reject"]): QueryClient => ({
    unsafe(query, values) {
      const connections = connectionsNow();
      const sent = (sql ?? connections.sql).unsafe(query, values);
      return {
        // biome-ignore lint/suspicious/noThenProperty: as Bun's queries, it is sent when it is awaited
        then: (onValue, onError) => timed(connections, sent, onLost).then(onValue as never, onError),
        values: () => timed(connections, sent.values(), onLost),
      };
    },
  });

  return {
    client: clientOn(() => current),
    connect: async () => void (await current.sql.connect()),
    begin<T>(work: (client: QueryClient) => Promise<T>) {
      const connections = current;
      connections.transactions++;
      return new Promise<T>((resolve, reject) => {
        let edge = start(connections, reject);
        const transaction = connections.sql.begin("isolation level read committed", async (connection) => {
          end(connections, edge);
          try {
            return await work(clientOn(() => connections, connection as unknown as SQL, reject));
          } finally {
            edge = start(connections, reject);
          }
        });
        transaction
          .finally(() => {
            end(connections, edge);
            connections.transactions--;
          })
          .then(resolve as (value: unknown) => void, reject);
      });
    },
    async patiently(work) {
      patience = maxWait;
      try {
        return await work();
      } finally {
        patience = timeout;
      }
    },
    renew: () => renew(current),
    async close() {
      clearInterval(timer);
      for (const { sql } of retired.keys()) drop(sql);
      await Promise.race([current.sql.close({ timeout: 1 }).catch(() => {}), Bun.sleep(2_000)]);
    },
  };
}

const connectionsOf = (sql: SQL): Connections => ({ sql, operations: new Set(), transactions: 0 });

/** Closes connections that may be dead. */
const drop = (sql: SQL) => void sql.close({ timeout: 0 }).catch(() => {});
