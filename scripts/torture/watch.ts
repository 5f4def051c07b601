import type { BaskProcess } from "../../tests/support/process";

/** The longest wait for a response, in milliseconds. */
export interface Stall {
  worst: number;
  /** The longest of which the machine had a core free: without what the process and the watcher waited for one. Undefined where that cannot be told. */
  own?: number;
  /** The longest that a page took to be on the disk meanwhile, which another process wrote and synced beside Bask. */
  disk?: number;
}

/**
 * Asks for `/health` again and again, in a process of its own, until its input ends. What the kernel says that the thread of either process waited for
 * a core, it does not count as Bask's; that is why it asks over a socket of its own thread. Meanwhile it writes and syncs a page of a file beside the
 * database again and again, which shows what the disk itself takes.
 */
const watcher = `
  const { readFileSync } = require("node:fs");
  const { open: openFile, rm } = require("node:fs/promises");
  const [, url, pid, folder] = process.argv;
  let disk = 0;
  const probe = async () => {
    const name = folder + "/disk-probe";
    const file = await openFile(name, "w");
    const page = Buffer.alloc(4096);
    while (!stopped) {
      const begun = performance.now();
      const before = waited("self");
      await file.write(page, 0, page.length, 0);
      await file.datasync();
      disk = Math.max(disk, performance.now() - begun - (waited("self") - before || 0));
      await Bun.sleep(5);
    }
    await file.close();
    await rm(name);
  };
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
  const probing = probe();
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
  await probing;
  console.log(JSON.stringify({ worst, own, disk }));
  process.exit(0);
`;

/** Watches how long `/health` takes. @param folder on the disk of its database @returns stops it and gives the longest wait */
export function watchHealth({ url, pid }: BaskProcess, folder: string): () => Promise<Stall> {
  const command = [process.execPath, "-e", watcher, url, String(pid), folder];
  const child = Bun.spawn(command, { stdin: "pipe", stdout: "pipe" });
  return async () => {
    child.stdin.end();
    const { worst, own, disk } = JSON.parse(await new Response(child.stdout).text());
    return { worst, disk, ...(Number.isFinite(own) && { own }) };
  };
}

/**
 * What is wrong with a stall: the process itself did nothing else for longer than it may. A commit or a folding waits for the disk, at most twice in a
 * step; a disk that takes that long for a page is not Bask's.
 */
export const stallFaults = ({ worst, own = worst, disk = 0 }: Stall, max: number): string[] =>
  own > max && own > 2 * disk ? [`/health took ${Math.round(own)} ms`] : [];
