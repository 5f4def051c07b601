/** How far a command has come, for people who wait in front of a terminal. */
export interface Progress {
  /** @param done of the total that was given; ignored where it is less than before */
  to(done: number): void;
  end(): void;
}

const silent: Progress = { to() {}, end() {} };

/**
 * A progress bar on standard error. There is none with `--json`, and none where standard error is not a terminal.
 * @param total in any unit
 */
export async function openProgress(message: string, total: number, json: boolean): Promise<Progress> {
  if (json || !process.stderr.isTTY) return silent;
  const { progress } = await import("@clack/prompts");
  const bar = progress({ max: Math.max(1, total), output: process.stderr });
  bar.start(message);
  let shown = 0;
  return {
    to(done) {
      const step = Math.min(done, total) - shown;
      if (step <= 0 || (step < total / 100 && done < total)) return;
      shown += step;
      bar.advance(step, `${message} ${Math.floor((shown / total) * 100)} %`);
    },
    end: () => bar.stop(message),
  };
}
