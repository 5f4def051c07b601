import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createServer, type Server, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { openNetworks } from "../../src/access/networks";
import { type OutboundRequest, openGuardedFetch } from "../../src/outbound/guarded-fetch";
import { isPublic } from "../../src/outbound/target";
import { openNameServer } from "../support/dns";
import { certificateOf } from "../support/tls";

const only: Pick<OutboundRequest, "maxBytes" | "whenLonger"> = { maxBytes: 1024, whenLonger: "fail" };
/** What a request ended with: its status, or the reason why there is none. */
const outcome = (sent: Promise<{ status: number }>) =>
  sent.then(
    ({ status }) => status,
    (error) => error.reason,
  );

let receiver: Bun.Server<undefined>;
let secure: Bun.Server<undefined>;
let certificate: Awaited<ReturnType<typeof certificateOf>>;
const silent: Socket[] = [];
let dripping: Server;
const port = (server: Server) => (server.address() as { port: number }).port;

const answers: Record<string, () => Response> = {
  "/moved": () => Response.redirect("http://127.0.0.1/secret", 302),
  "/large": () => new Response("x".repeat(5_000)),
  "/bomb": () => new Response(gzipSync("x".repeat(50_000_000)), { headers: { "Content-Encoding": "gzip" } }),
  "/not-gzip": () => new Response("plain", { headers: { "Content-Encoding": "gzip" } }),
  "/unknown-coding": () => new Response("x", { headers: { "Content-Encoding": "compress" } }),
};

beforeAll(async () => {
  certificate = await certificateOf("hooks.example.com");
  const fetch = (request: Request) => {
    const { pathname } = new URL(request.url);
    return answers[pathname]?.() ?? Response.json({ host: request.headers.get("host"), path: pathname });
  };
  receiver = Bun.serve({ port: 0, hostname: "127.0.0.2", fetch });
  secure = Bun.serve({ port: 0, hostname: "127.0.0.2", fetch, tls: certificate });
  dripping = createServer((socket) => {
    silent.push(socket);
    socket.on("error", () => {});
    socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nx");
  });
  await new Promise<void>((resolve) => dripping.listen(0, "127.0.0.2", resolve));
});

afterAll(async () => {
  for (const socket of silent) socket.destroy();
  dripping.close();
  await Promise.all([receiver.stop(true), secure.stop(true)]);
});

/** A fetch for which 127.0.0.2 was opened by the operator, and nothing else. */
const opened = async (answer: (name: string, asked: number) => string[] = () => ["127.0.0.2"], more = {}) => {
  const names = await openNameServer(answer);
  const fetch = openGuardedFetch({
    resolve: names.resolve,
    isOpened: openNetworks(["127.0.0.2"]),
    ca: certificate.cert,
    ...more,
  });
  return { names, fetch, [Symbol.dispose]: () => names.close() };
};
/** A fetch of an installation that opened no network. */
const closed = async (answer: (name: string, asked: number) => string[]) => opened(answer, { isOpened: () => false });

describe("a URL that someone else chose", () => {
  test("is requested at the address its name has, with the name's Host", async () => {
    using at = await opened();
    const response = await at.fetch({ url: `http://hooks.example.com:${receiver.port}/a`, ...only });
    expect(JSON.parse(Buffer.from(response.body).toString())).toEqual({
      host: `hooks.example.com:${receiver.port}`,
      path: "/a",
    });
  });

  test("is requested over TLS only where the certificate is the name's", async () => {
    using at = await opened();
    expect(await outcome(at.fetch({ url: `https://hooks.example.com:${secure.port}/`, ...only }))).toBe(200);
    expect(await outcome(at.fetch({ url: `https://other.example.com:${secure.port}/`, ...only }))).toBe(
      "certificate_invalid",
    );
    using untrusting = await opened(undefined, { ca: undefined });
    expect(await outcome(untrusting.fetch({ url: `https://hooks.example.com:${secure.port}/`, ...only }))).toBe(
      "certificate_invalid",
    );
  });

  test("is refused in every spelling of an address that is not public", async () => {
    using at = await closed(() => ["127.0.0.1"]);
    const hosts = [
      "127.0.0.1",
      "127.1",
      "2130706433",
      "0x7f000001",
      "0177.0.0.1",
      "[::1]",
      "[::ffff:127.0.0.1]",
      "[::ffff:7f00:1]",
      "[64:ff9b::7f00:1]",
      "[2002:7f00:1::]",
      "169.254.169.254",
      "localhost",
      "localhost.",
      "１２７.0.0.1",
      "hooks.example.com",
    ];
    for (const host of hosts)
      expect([host, await outcome(at.fetch({ url: `https://${host}/`, ...only }))]).toEqual([host, "private_network"]);
  });

  test("is refused with another scheme, another port, a password, or no host", async () => {
    using at = await closed(() => ["93.184.215.14"]);
    const reasons = {
      "http://hooks.example.com/": "https_required",
      "https://hooks.example.com:8443/": "port_not_allowed",
      "https://user:secret@hooks.example.com/": "credentials_in_url",
      "file:///etc/passwd": "invalid_url",
      "gopher://hooks.example.com/": "invalid_url",
      "hooks.example.com": "invalid_url",
    };
    for (const [url, reason] of Object.entries(reasons))
      expect([url, await outcome(at.fetch({ url, ...only }))]).toEqual([url, reason]);
    using nowhere = await closed(() => []);
    expect(await outcome(nowhere.fetch({ url: "https://gone.example.com/", ...only }))).toBe("unknown_host");
  });

  test("leads to the address that was judged, whatever its name says when it is asked again", async () => {
    const rebinding = (_: string, asked: number) => [asked === 1 ? "127.0.0.3" : "127.0.0.2"];
    using at = await opened(rebinding, { isOpened: openNetworks(["127.0.0.3"]) });
    const url = `http://rebinding.example.com:${receiver.port}/`;
    expect(await outcome(at.fetch({ url, ...only }))).toBe("connection_failed");
    expect(at.names.asked()).toBe(1);
    expect(await outcome(at.fetch({ url, ...only }))).toBe("https_required");
  });

  test("is refused when one of its addresses is not public", async () => {
    using at = await closed(() => ["93.184.215.14", "10.0.0.7"]);
    expect(await outcome(at.fetch({ url: "https://mixed.example.com/", ...only }))).toBe("private_network");
  });
});

describe("a response", () => {
  const get = async (path: string, more: Partial<OutboundRequest> = {}) => {
    using at = await opened();
    return await outcome(at.fetch({ url: `http://hooks.example.com:${receiver.port}${path}`, ...only, ...more }));
  };

  test("that redirects is not followed", async () => expect(await get("/moved")).toBe(302));

  test("that is too long fails, or is cut", async () => {
    expect(await get("/large")).toBe("response_too_large");
    using at = await opened();
    const url = `http://hooks.example.com:${receiver.port}/large`;
    expect((await at.fetch({ url, maxBytes: 1024, whenLonger: "cut" })).body).toHaveLength(1024);
  });

  test("is measured after decompression, and read no further", async () => {
    expect(await get("/bomb")).toBe("response_too_large");
    expect(await get("/bomb", { whenLonger: "cut" })).toBe(200);
  });

  test("in a coding that cannot be read fails", async () => {
    expect(await get("/not-gzip")).toBe("response_invalid");
    expect(await get("/unknown-coding")).toBe("response_invalid");
  });

  test("that drips is given up at the deadline", async () => {
    using at = await opened();
    const url = `http://hooks.example.com:${port(dripping)}/`;
    expect(await outcome(at.fetch({ url, timeout: 200, maxBytes: 1_000_000, whenLonger: "fail" }))).toBe("timeout");
  });

  test("of a host that is busy with others is waited for in turn, until the deadline", async () => {
    using at = await opened(undefined, { perHost: { total: 1, perCaller: 1 } });
    const url = `http://hooks.example.com:${port(dripping)}/`;
    const rest = { maxBytes: 1_000_000, whenLonger: "fail" as const };
    const outcomes = await Promise.all([1, 2, 3].map(() => outcome(at.fetch({ url, timeout: 200, ...rest }))));
    expect(outcomes[0]).toBe("timeout");
    expect(outcomes.slice(1).every((reason) => ["timeout", "host_busy"].includes(reason as string))).toBe(true);
    const free = `http://hooks.example.com:${receiver.port}/`;
    expect(await Promise.all([1, 2, 3, 4].map(() => outcome(at.fetch({ url: free, ...only }))))).toEqual([
      200, 200, 200, 200,
    ]);
  });

  test("of a host that one caller keeps busy is there for others", async () => {
    using at = await opened(undefined, { perHost: { total: 4, perCaller: 3 } });
    const url = `http://hooks.example.com:${port(dripping)}/`;
    const greedy = { url, caller: "org_greedy", timeout: 1_000, maxBytes: 1_000_000, whenLonger: "fail" as const };
    const held = Array.from({ length: 10 }, () => outcome(at.fetch(greedy)));
    // The same host, and a response that is complete: it is cut off after one byte.
    const other = outcome(at.fetch({ url, caller: "org_other", maxBytes: 0, whenLonger: "cut" }));
    expect(await Promise.race([other, ...held])).toBe(200);
    await Promise.all(held);
  });

  test("is made over a connection that is kept, and over a new one when that was closed", async () => {
    let connections = 0;
    const closing = createServer((socket) => {
      let requests = 0;
      connections++;
      socket.on("error", () => {});
      socket.on("data", () => {
        if (++requests === 3) return socket.destroy();
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      });
    });
    await new Promise<void>((resolve) => closing.listen(0, "127.0.0.2", resolve));
    using at = await opened();
    const url = `http://hooks.example.com:${port(closing)}/`;
    const statuses: unknown[] = [];
    for (let i = 0; i < 4; i++) statuses.push(await outcome(at.fetch({ url, ...only })));
    expect([statuses, connections]).toEqual([[200, 200, 200, 200], 3]);
    closing.close();
  });

  test("is not made over a connection to an address that its name no longer has", async () => {
    using at = await opened((_, asked) => (asked === 1 ? ["127.0.0.2"] : ["127.0.0.1"]));
    const url = `http://hooks.example.com:${receiver.port}/`;
    expect(await outcome(at.fetch({ url, ...only }))).toBe(200);
    expect(await outcome(at.fetch({ url, ...only }))).toBe("https_required");
  });

  test("of nothing that listens fails", async () => {
    using at = await opened();
    expect(await outcome(at.fetch({ url: "http://127.0.0.2:1/", ...only }))).toBe("connection_failed");
  });
});

test("only addresses of the public Internet are public", () => {
  const not =
    "10.0.0.1 100.64.0.1 127.0.0.1 169.254.169.254 172.16.0.1 192.168.1.1 192.0.0.1 192.0.2.1 192.88.99.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 240.0.0.1 255.255.255.255 0.0.0.0 0.1.2.3 ::1 :: ::ffff:8.8.8.8 ::8.8.8.8 64:ff9b::808:808 64:ff9b:1::1 2002:808:808:: 2001::1 2001:db8::1 3fff::1 fe80::1 fc00::1 fd00::1 fec0::1 ff02::1 100::1 5f00::1";
  expect(not.split(" ").filter(isPublic)).toEqual([]);
  expect(["8.8.8.8", "93.184.215.14", "2606:4700::1111", "2a00:1450:4001::1"].filter(isPublic)).toHaveLength(4);
});
