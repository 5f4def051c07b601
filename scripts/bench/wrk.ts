import { randomUUID } from "node:crypto";
import { unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Load, Result } from "./load";

/** The same load from wrk, which is lighter than ours; for requests that do not depend on answers. */
export async function runWrk(
  wrk: string,
  pin: string[],
  { port, connections, seconds, requests }: Load,
): Promise<Result> {
  const script = join(tmpdir(), `bask-wrk-${randomUUID()}.lua`);
  await Bun.write(
    script,
    `local requests = {${requests.map((text) => JSON.stringify(text)).join(",\n")}}\nlocal i = 0\nfunction request() i = i % #requests + 1 return requests[i] end\n`,
  );
  const command = [
    ...pin,
    wrk,
    "-t1",
    `-c${connections}`,
    `-d${seconds}s`,
    "--latency",
    "-s",
    script,
    `http://127.0.0.1:${port}`,
  ];
  const text = await new Response(Bun.spawn(command, { stdout: "pipe" }).stdout).text();
  unlinkSync(script);
  const [, count, elapsed] = /(\d+) requests in ([\d.]+)s/.exec(text)!;
  const milliseconds = (share: string) => {
    const [, value, unit] = new RegExp(`${share}%\\s+([\\d.]+)(us|ms|s)`).exec(text)!;
    return Number(value) * { us: 0.001, ms: 1, s: 1000 }[unit as "us" | "ms" | "s"];
  };
  return {
    requests: Number(count),
    failures: Number(/Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1] ?? 0),
    seconds: Number(elapsed),
    p50: milliseconds("50"),
    p99: milliseconds("99"),
  };
}
