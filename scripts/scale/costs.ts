import { type Figure, median } from "../bench/measure";

/** What a benchmark measured, as far as the model of docs/scale.md needs it. */
export interface Costs {
  cpu: string;
  bun: string;
  /** Microseconds of the server's CPU for each request, by `server, work`. */
  requests: Record<string, number>;
  /** Microseconds of the server's CPU to store the use of one key, once. */
  storing: number;
  /** Megabytes of an idle server, the executable. */
  memory: number;
  /** Kilobytes that a key takes of a process which serves 150,000 of them. */
  perKey: number;
}

interface Bench {
  cpu: string;
  bun: string;
  figures: Figure[];
  checks: { id: string; what: string; value: number }[];
}

const wanted = ["Bask", "Bask on SQLite", "Bask on PostgreSQL", "Bask, creating"];

/** What the outputs of `bun run bench --json` say together; of a work that several measured, the last one. @throws Error when something is missing */
export function condense(outputs: readonly string[]): Costs {
  const benches = outputs.map((output) => JSON.parse(output.trim().split("\n").at(-1)!) as Bench);
  const requests: Record<string, number> = {};
  for (const { subject, name, rounds } of benches.flatMap(({ figures }) => figures))
    if (wanted.includes(subject)) requests[`${subject}, ${name}`] = round(median(rounds.map(({ cost }) => cost)));
  const check = (id: string, what: RegExp) => {
    const found = benches.flatMap(({ checks }) => checks).findLast((check) => check.id === id && what.test(check.what));
    if (!found) throw new Error(`${id} was not measured`);
    return round(found.value);
  };
  const { cpu, bun } = benches.at(-1)!;
  const memory = check("S11", /memory of the executable, idle/);
  const perKey = round((check("S8", /150,000 keys in rotation, memory/) - memory) / 150);
  return { cpu, bun, requests, storing: check("S15", /storing/), memory, perKey };
}

const round = (value: number) => Number(value.toPrecision(3));
