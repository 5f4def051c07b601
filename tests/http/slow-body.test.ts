import { expect, test } from "bun:test";
import { connect } from "node:net";
import { readBytes } from "../../src/http/body";
import type { Problem } from "../../src/problems";

/** What a client gets that sends a byte every few milliseconds and never ends, until the connection is closed. */
function drip(port: number, head: string, byte: string): Promise<string> {
  return new Promise((resolve) => {
    let response = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(`POST / HTTP/1.1\r\nHost: a\r\n${head}\r\n\r\n`));
    const timer = setInterval(() => socket.write(byte), 5);
    socket.on("data", (data) => (response += data));
    socket.on("error", () => {});
    socket.on("close", () => {
      clearInterval(timer);
      resolve(response);
    });
  });
}

test.each([
  ["Content-Length: 60000", "x"],
  ["Transfer-Encoding: chunked", "1\r\nx\r\n"],
])("a body with %s that comes byte by byte does not hold its connection", async (head, byte) => {
  using server = Bun.serve({
    port: 0,
    fetch: (request) =>
      readBytes(request, 64 * 1024, 100).then(
        () => new Response("read"),
        (error: Problem) => Response.json(error.reason, { status: error.status, headers: error.headers ?? {} }),
      ),
  });
  const response = await drip(server.port!, head, byte);
  expect(response).toStartWith("HTTP/1.1 400 ");
  expect(response).toEndWith('"slow_body"');
});
