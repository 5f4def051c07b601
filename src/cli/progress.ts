/** How far a command has come, for people who wait for it. */
export interface Progress {
  /** @param done of the total that was given; ignored where it is less than before */
  to(done: number): void;
  end(): void;
}

const silent: Progress = { to() {}, end() {} };

/** Milliseconds between lines where standard error is not a terminal. */
const lineInterval = 10_000;

/**
 * A progress bar on standard error or, where the total is not known, a count. Where standard error is not a terminal, it is a line every ten seconds, and none
 * for what takes less. There is none with `--json`.
 * @param total in any unit
 */
export async function openProgress(message: string, total: number | undefined, json: boolean): Promise<Progress> {
  if (json) return silent;
  if (!process.stderr.isTTY) return linesOf(message, total);
  const { progress, spinner } = await import("@clack/prompts");
  if (total === undefined) {
    const count = spinner({ output: process.stderr });
    count.start(message);
    let reached = 0;
    return {
      to(done) {
        reached = Math.max(reached, done);
        count.message(textOf(message, reached));
      },
      end: () => count.stop(textOf(message, reached)),
    };
  }
  const bar = progress({ max: Math.max(1, total), output: process.stderr });
  bar.start(message);
  let shown = 0;
  return {
    to(done) {
      const step = Math.min(done, total) - shown;
      if (step <= 0 || (step < total / 100 && done < total)) return;
      shown += step;
      bar.advance(step, textOf(message, shown, total));
    },
    end: () => bar.stop(textOf(message, shown, total)),
  };
}

function linesOf(message: string, total: number | undefined): Progress {
  let reached = 0;
  const timer = setInterval(() => process.stderr.write(`${textOf(message, reached, total)}\n`), lineInterval).unref();
  return {
    to(done) {
      reached = Math.max(reached, done);
    },
    end: () => clearInterval(timer),
  };
}

const textOf = (message: string, done: number, total?: number) =>
  total === undefined
    ? `${message}: ${done.toLocaleString("en-US")}`
    : `${message}: ${Math.floor((Math.min(done, total) / Math.max(1, total)) * 100)} %`;
