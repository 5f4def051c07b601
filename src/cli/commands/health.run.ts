import { parseConfig } from "../../config/config";
import { environment } from "../../config/environment";
import { type Call, CliError } from "../command";

/** Milliseconds that a server may take to say whether it is ready. */
const timeout = 5_000;

export async function health({ out }: Call) {
  const { host, port } = parseConfig(environment);
  const name = { "0.0.0.0": "127.0.0.1", "::": "[::1]" }[host] ?? (host.includes(":") ? `[${host}]` : host);
  const url = `http://${name}:${port}/ready`;
  const response = await fetch(url, { signal: AbortSignal.timeout(timeout) }).catch((error) => {
    throw new CliError(`${url} does not answer: ${(error as Error).message}`);
  });
  if (!response.ok) throw new CliError(`${url} is ${response.status}: the server is not ready.`);
  out.data({ url, ready: true }, ["ready"]);
}
