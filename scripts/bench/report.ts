import { type Figure, median, spreadOf } from "./measure";

/** A target of docs/speed.md, and what was measured. */
export interface Check {
  id: string;
  what: string;
  value: number;
  target: number;
  /** Whether the value must be at least or at most the target. */
  is: "at least" | "at most";
  unit: string;
  /** How far the middle half of the rounds is apart, as a share of the value. */
  spread: number;
}

export const isMet = ({ value, target, is }: Check): boolean => (is === "at least" ? value >= target : value <= target);

/** Whether a target is missed by more than the rounds differ among themselves. */
export function isMissedClearly(check: Check): boolean {
  const margin = Math.abs(check.value) * check.spread;
  return !isMet(check) && !isMet({ ...check, value: check.value + (check.is === "at least" ? margin : -margin) });
}

/** What was measured in one part of a run. */
export class Report {
  readonly figures: Figure[] = [];
  readonly checks: Check[] = [];

  /** @throws Error for a work that was measured before: a share of two runs says nothing */
  add(figures: readonly Figure[]) {
    for (const figure of figures) {
      const { subject, name } = figure;
      if (this.figures.some((other) => other.subject === subject && other.name === name))
        throw new Error(`${name} of ${subject} was measured twice`);
      this.figures.push(figure);
      console.log(rowOf(figure));
    }
  }

  /** A target for the requests per CPU-second of one work as a share of another's: the median of the rounds' own shares. */
  share(id: string, what: string, [name, subject = "Bask"]: Named, [otherName, other = "Bask"]: Named, target: number) {
    const [mine, others] = [this.find(name, subject), this.find(otherName, other)];
    const shares = mine.rounds.map(({ cost }, round) => others.rounds[round]!.cost / cost);
    this.check({ id, what, value: median(shares), target, is: "at least", unit: "", spread: spreadOf(shares) });
  }

  /** Targets for the median of what was measured. */
  atLeast(id: string, what: string, values: readonly number[], target: number, unit = "") {
    this.check({ id, what, value: median(values), target, is: "at least", unit, spread: spreadOf(values) });
  }

  atMost(id: string, what: string, values: readonly number[], target: number, unit = "") {
    this.check({ id, what, value: median(values), target, is: "at most", unit, spread: spreadOf(values) });
  }

  check(check: Check) {
    this.checks.push(check);
  }

  find(name: string, subject: string): Figure {
    const found = this.figures.find((figure) => figure.name === name && figure.subject === subject);
    if (!found) throw new Error(`${name} of ${subject} was not measured`);
    return found;
  }
}

type Named = [name: string, subject?: string];

export const header = ["server", "work", "us of CPU", "apart", "per CPU-s", "per s", "p50 ms", "p99 ms", "not 2xx"]
  .map((title, i) => (i < 2 ? title.padEnd(24) : title.padStart(10)))
  .join("");

function rowOf({ subject, name, rounds }: Figure): string {
  const costs = rounds.map(({ cost }) => cost);
  const numbers = [
    median(costs).toFixed(2),
    `${(spreadOf(costs) * 100).toFixed(0)} %`,
    (1e6 / median(costs)).toFixed(0),
    median(rounds.map(({ requests, seconds }) => requests / seconds)).toFixed(0),
    median(rounds.map(({ p50 }) => p50)).toFixed(2),
    median(rounds.map(({ p99 }) => p99)).toFixed(2),
    String(rounds.reduce((sum, { failures }) => sum + failures, 0)),
  ];
  return subject.padEnd(24) + name.padEnd(24) + numbers.map((text) => text.padStart(10)).join("");
}

export function printChecks(checks: readonly Check[]) {
  console.log(`\n${"".padEnd(5)}${"target".padEnd(70)}${"measured".padStart(12)}${"wanted".padStart(14)}`);
  for (const check of checks) {
    const { id, what, value, target, is, unit, spread } = check;
    const verdict = isMet(check) ? "met" : isMissedClearly(check) ? "MISSED" : "missed within the noise";
    const measured = `${format(value)}${unit}`.padStart(12);
    const wanted = `${is === "at least" ? ">=" : "<="} ${format(target)}${unit}`.padStart(14);
    console.log(
      `${id.padEnd(5)}${what.padEnd(70)}${measured}${wanted}  ${verdict} (${(spread * 100).toFixed(0)} % apart)`,
    );
  }
}

const format = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
