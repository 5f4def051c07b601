import { connect } from "node:net";
import type { World } from "./world";

/** The response to bytes that no HTTP client would send; empty when the server closes the connection without one. */
export function sendRaw({ url }: World, bytes: string, { abort = false } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    let response = "";
    const socket = connect(Number(new URL(url).port), "127.0.0.1", () =>
      socket.write(bytes, "latin1", () => abort && socket.destroy()),
    );
    socket.on("data", (data) => {
      response += data;
      socket.end();
    });
    socket.on("close", () => resolve(response));
    socket.on("error", reject);
  });
}

/** The status of a response; undefined without one. */
export const statusOf = (response: string): number | undefined => {
  const status = /^HTTP\/1\.1 (\d+)/.exec(response)?.[1];
  return status === undefined ? undefined : Number(status);
};
