import type { JointStatement, Writer } from "./database";

/** How many fit into one statement. */
const perStatement = 64;
/** How many of those statements are under way at once. What comes meanwhile goes with the next one. */
const underWay = 2;

/** Runs a statement, outside of a transaction. */
type Perform = <T>(work: (tx: Writer) => T | Promise<T>) => Promise<T>;

interface Waiting<Item, Row> {
  item: Item;
  resolve(row: Row | undefined | Promise<Row | undefined>): void;
  reject(error: unknown): void;
}

interface Queue<Item, Row> {
  readonly statement: JointStatement<Item, Row>;
  waiting: Waiting<Item, Row>[];
  scheduled: boolean;
  underWay: number;
}

/**
 * Writes that come at once and are the same but for their values share one statement: one round trip, one commit, one response to read. A statement
 * for many waits for no lock, so what others hold up keeps none of them waiting: each that it left out is asked for by itself.
 */
export function openJointWrites(perform: Perform) {
  const queues = new Map<object, Queue<unknown, unknown>>();

  function schedule(queue: Queue<unknown, unknown>) {
    if (queue.scheduled || queue.underWay === underWay || queue.waiting.length === 0) return;
    queue.scheduled = true;
    setImmediate(() => {
      queue.scheduled = false;
      const group = queue.waiting.splice(0, perStatement);
      if (group.length === 1) writeApart(queue, group[0]!);
      else void writeTogether(queue, group);
      schedule(queue);
    });
  }

  function writeApart({ statement }: Queue<unknown, unknown>, { item, resolve }: Waiting<unknown, unknown>) {
    resolve(perform((tx) => statement.one(tx, item)));
  }

  async function writeTogether(queue: Queue<unknown, unknown>, group: readonly Waiting<unknown, unknown>[]) {
    queue.underWay++;
    try {
      const items = group.map(({ item }) => item);
      const rows = await perform((tx) => queue.statement.all(tx, items));
      for (const [i, one] of group.entries()) {
        if (rows[i] === undefined) writeApart(queue, one);
        else one.resolve(rows[i]);
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
    queue.underWay--;
    schedule(queue);
  }

  return <Item, Row>(statement: JointStatement<Item, Row>, item: Item): Promise<Row | undefined> =>
    new Promise((resolve, reject) => {
      const queue = queues.get(statement) ?? { statement, waiting: [], scheduled: false, underWay: 0 };
      queues.set(statement, queue as never);
      queue.waiting.push({ item, resolve, reject } as never);
      schedule(queue as never);
    });
}
