import { createSocket } from "node:dgram";
import dns from "node:dns";
import type { Resolve } from "../../src/outbound/target";

/** A name server on this machine that answers what a test says, another thing each time it is asked if need be. */
export async function openNameServer(answer: (name: string, asked: number) => string[]) {
  const socket = createSocket("udp4");
  let asked = 0;
  socket.on("message", (query, from) => {
    let end = 12;
    const labels: string[] = [];
    while (query[end] !== 0) {
      labels.push(query.subarray(end + 1, end + 1 + query[end]!).toString());
      end += query[end]! + 1;
    }
    const isA = query.readUInt16BE(end + 1) === 1;
    const ips = isA ? answer(labels.join("."), ++asked) : [];
    const head = Buffer.from(query.subarray(0, 12));
    head.writeUInt16BE(0x8180, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(ips.length, 6);
    head.writeUInt32BE(0, 8);
    // A pointer to the name, type A, class IN, a time to live of 0, four bytes.
    const records = ips.map((ip) =>
      Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...ip.split(".").map(Number)]),
    );
    socket.send(Buffer.concat([head, query.subarray(12, end + 5), ...records]), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const resolver = new dns.promises.Resolver();
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  const resolve: Resolve = (hostname) => resolver.resolve4(hostname);
  return { resolve, asked: () => asked, close: () => socket.close(), [Symbol.dispose]: () => socket.close() };
}
