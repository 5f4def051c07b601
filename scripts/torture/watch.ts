import type { BaskProcess } from "../../tests/support/process";

/** The longest wait for a response, in milliseconds. */
export interface Stall {
  worst: number;
  /** The longest of which the machine had a core free: without what the process and the watcher waited for one. Undefined where that cannot be told. */
  own?: number;
}

/**
 * Asks for `/health` again and again, in a process of its own, until its input ends. What the kernel says that the thread of either process waited for
 * a core, it does not count as Bask's; that is why it asks over a socket of its own thread.
 */
const watcher = `
  const { readFileSync } = require("node:fs");
  const [, url, pid] = process.argv;
  const waited = (of) => {
    try {
      return Number(readFileSync("/proc/" + of + "/schedstat", "utf8").split(" ")[1]) / 1e6;
    } catch {
      return undefined;
    }
  };
  const wait = () => waited(pid) + waited("self");
  const { hostname, port } = new URL(url);
  let worst = 0, own = 0, stopped = false, answered = () => {};
  const heard = () => answered();
  const open = () => Bun.connect({ hostname, port, socket: { data: heard, close: heard, error: heard } });
  let socket = await open();
  process.stdin.on("end", () => (stopped = true)).resume();
  while (!stopped) {
    const before = wait();
    const asked = performance.now();
    const response = new Promise((resolve) => (answered = resolve));
    if (socket.readyState !== 1) socket = await open();
    socket.write("GET /health HTTP/1.1\\r\\nHost: " + hostname + "\\r\\n\\r\\n");
    await response;
    const took = performance.now() - asked;
    worst = Math.max(worst, took);
    own = Math.max(own, took - (wait() - before));
    await Bun.sleep(2);
  }
  console.log(JSON.stringify({ worst, own }));
  process.exit(0);
`;

/** Watches how long `/health` takes. @returns stops it and gives the longest wait */
export function watchHealth({ url, pid }: BaskProcess): () => Promise<Stall> {
  const command = [process.execPath, "-e", watcher, url, String(pid)];
  const child = Bun.spawn(command, { stdin: "pipe", stdout: "pipe" });
  return async () => {
    child.stdin.end();
    const { worst, own } = JSON.parse(await new Response(child.stdout).text());
    return { worst, ...(Number.isFinite(own) && { own }) };
  };
}

/** What is wrong with a stall: the process itself did nothing else for longer than it may. */
export const stallFaults = ({ worst, own = worst }: Stall, max: number): string[] =>
  own > max ? [`/health took ${Math.round(own)} ms`] : [];
