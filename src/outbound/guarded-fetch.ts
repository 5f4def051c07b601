import http, { type ClientRequest, type IncomingMessage } from "node:http";
import https from "node:https";
import type { Readable, Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { type Connections, openConnections } from "./connections";
import { OutboundFailed } from "./errors";
import { openSlots, type SlotLimits } from "./slots";
import { findTarget, type Target, type TargetRules } from "./target";
import { orTimeout } from "./timeout";

export interface OutboundRequest {
  url: string;
  method?: "GET" | "POST";
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
  /** Bytes of the response, after decompression, that are read. */
  maxBytes: number;
  /** What is longer fails, or is cut and its rest never read. */
  whenLonger: "fail" | "cut";
  /** Milliseconds for the whole of it, resolving, connecting and answering, after those for which others may have to be waited for. Default 10,000. */
  timeout?: number;
  /** For whom it is made: of these, none takes all that a host is given. */
  caller?: string;
  /** An operator chose the host, which may be anywhere. */
  isOperators?: boolean;
}

export interface OutboundResponse {
  status: number;
  /** By lower-case name; of a name that comes twice, the first. */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

/** Requests a URL that someone else chose. @throws OutboundRefused, OutboundFailed */
export type GuardedFetch = (request: OutboundRequest) => Promise<OutboundResponse>;

export interface GuardedFetchOptions extends TargetRules {
  /** Certificates in PEM that count beside those the runtime trusts. */
  ca?: string;
  /** Requests under way at one host, of all callers and of one. */
  perHost?: SlotLimits;
}

/** Milliseconds a host is given to accept a connection. */
const connectTimeout = 5_000;

/**
 * Opens the one way in which Bask requests URLs that tenants or strangers choose: webhook endpoints, metadata documents, keys of issuers.
 * The name is resolved once, the addresses are judged, and the connection goes to exactly the one that was judged, with the name's own
 * SNI and Host. Redirects are not followed: the caller sees their status. Nothing is awaited without a deadline, and no response
 * takes more memory than its caller allows, compressed or not. Uses node:https, because Bun's fetch cannot be told which address to use.
 */
export function openGuardedFetch({
  ca,
  perHost = { total: 16, perCaller: 4 },
  ...rules
}: GuardedFetchOptions): GuardedFetch {
  const slots = openSlots(perHost);
  const connections = openConnections(ca);

  return async (request) => {
    const { url, timeout = 10_000, caller = "", isOperators } = request;
    const target = await orTimeout(AbortSignal.timeout(timeout), findTarget(url, rules, isOperators));
    const release = await slots.take(`${target.ip}:${target.port}`, caller, AbortSignal.timeout(timeout)).catch(() => {
      throw new OutboundFailed("host_busy");
    });
    try {
      return await send(request, target, connections, AbortSignal.timeout(timeout));
    } finally {
      release();
    }
  };
}

/**
 * Sends a request over a connection that was kept, or a new one. Where the other end closed a kept one meanwhile, it is sent again over a new one;
 * that it was read the first time is unlikely, and what is sent must bear it.
 */
async function send(request: OutboundRequest, target: Target, connections: Connections, deadline: AbortSignal) {
  const kept = begin(request, target, connections.agentFor(target), deadline);
  try {
    return await kept.response;
  } catch (error) {
    const isClosed = error instanceof OutboundFailed && error.reason === "connection_failed" && kept.sent.reusedSocket;
    if (!isClosed) throw error;
    const fresh = connections.freshAgent(target);
    return begin(request, target, fresh, deadline).response.finally(() => fresh.destroy());
  }
}

function begin(
  { method = "GET", headers, body, maxBytes, whenLonger }: OutboundRequest,
  { url, hostname, port, isTls }: Target,
  agent: http.Agent,
  deadline: AbortSignal,
): { sent: ClientRequest; response: Promise<OutboundResponse> } {
  const bytes = body === undefined ? undefined : Buffer.from(body);
  const { promise, resolve, reject } = Promise.withResolvers<OutboundResponse>();
  const sent = (isTls ? https : http).request({
    host: hostname,
    port,
    path: url.pathname + url.search,
    method,
    headers: {
      ...headers,
      Host: url.host,
      "Accept-Encoding": "identity",
      ...(bytes && { "Content-Length": bytes.length }),
    },
    agent,
  });
  const fail = (error: unknown) => {
    sent.destroy();
    reject(error instanceof OutboundFailed ? error : asFailure(error, deadline));
  };
  const connecting = setTimeout(() => fail(new OutboundFailed("timeout")), connectTimeout);
  const abort = () => fail(new OutboundFailed("timeout"));
  deadline.addEventListener("abort", abort);
  sent.once("socket", (socket) => {
    if (sent.reusedSocket) clearTimeout(connecting);
    else socket.once(isTls ? "secureConnect" : "connect", () => clearTimeout(connecting));
  });
  sent.once("error", fail);
  sent.once("response", (response) => {
    clearTimeout(connecting);
    readBody(response, maxBytes, whenLonger).then((read) => {
      // Nothing more is read of a body that was cut, and its connection cannot be used again.
      if (!response.complete) sent.destroy();
      resolve({ status: response.statusCode!, headers: firstOf(response), body: read });
    }, fail);
  });
  sent.end(bytes);
  const response = promise.finally(() => {
    clearTimeout(connecting);
    deadline.removeEventListener("abort", abort);
  });
  return { sent, response };
}

/** The body after decompression, read no further than it may be long. */
async function readBody(response: IncomingMessage, maxBytes: number, whenLonger: "fail" | "cut"): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of decompressed(response) as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size <= maxBytes) continue;
    if (whenLonger === "fail") throw new OutboundFailed("response_too_large");
    break;
  }
  return Buffer.concat(chunks).subarray(0, maxBytes);
}

/** Servers compress though they are asked not to. The decoders give out small chunks, so that a bomb is met early. */
function decompressed(response: IncomingMessage): Readable {
  const encoding = response.headers["content-encoding"]?.toLowerCase() ?? "identity";
  if (encoding === "identity") return response;
  const decoder = decoderOf(encoding);
  response.once("error", (error) => decoder.destroy(error));
  return response.pipe(decoder);
}

function decoderOf(encoding: string): Transform {
  const options = { chunkSize: 16 * 1024 };
  if (encoding === "gzip" || encoding === "x-gzip") return createGunzip(options);
  if (encoding === "deflate") return createInflate(options);
  if (encoding === "br") return createBrotliDecompress(options);
  throw new OutboundFailed("response_invalid", { cause: "unknown Content-Encoding" });
}

function firstOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      const first = Array.isArray(value) ? value[0] : value;
      return first === undefined ? [] : [[name, first]];
    }),
  );
}

function asFailure(error: unknown, deadline: AbortSignal): OutboundFailed {
  if (deadline.aborted) return new OutboundFailed("timeout", { cause: error });
  const code = String((error as { code?: unknown })?.code ?? "");
  if (/CERT|SELF_SIGNED|ALTNAME|ISSUER|UNABLE_TO/.test(code))
    return new OutboundFailed("certificate_invalid", { cause: error });
  if (/^(Z_|ERR__?BROTLI|ERR_BROTLI|HPE_)/.test(code)) return new OutboundFailed("response_invalid", { cause: error });
  return new OutboundFailed("connection_failed", { cause: error });
}
