import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import type { LookupFunction } from "node:net";
import { isIP } from "node:net";
import type { Readable, Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { OutboundFailed } from "./errors";
import { openSlots } from "./slots";
import { findTarget, type Target, type TargetRules } from "./target";

export interface OutboundRequest {
  url: string;
  method?: "GET" | "POST";
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
  /** Bytes of the response, after decompression, that are read. */
  maxBytes: number;
  /** What is longer fails, or is cut and its rest never read. */
  whenLonger: "fail" | "cut";
  /** Milliseconds for the whole of it: waiting for a slot, resolving, connecting, answering. Default 10,000. */
  timeout?: number;
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
  /** Requests under way at one host. */
  maxPerHost?: number;
}

/** Milliseconds a host is given to accept a connection. */
const connectTimeout = 5_000;

/**
 * Opens the one way in which Bask requests URLs that tenants or strangers choose: webhook endpoints, metadata documents, keys of issuers.
 * The name is resolved once, the addresses are judged, and the connection goes to exactly the one that was judged, with the name's own
 * SNI and Host. Redirects are not followed: the caller sees their status. Nothing is awaited without a deadline, and no response
 * takes more memory than its caller allows, compressed or not. Uses node:https, because Bun's fetch cannot be told which address to use.
 */
export function openGuardedFetch({ ca, maxPerHost = 8, ...rules }: GuardedFetchOptions): GuardedFetch {
  const slots = openSlots(maxPerHost);

  return async (request) => {
    const deadline = AbortSignal.timeout(request.timeout ?? 10_000);
    const target = await orTimeout(deadline, findTarget(request.url, rules));
    const release = await slots.take(`${target.ip}:${target.port}`, deadline).catch(() => {
      throw new OutboundFailed("timeout", { cause: "no slot was free" });
    });
    try {
      return await send(request, target, ca, deadline);
    } finally {
      release();
    }
  };
}

/** What work resolves to, unless a signal aborts first. @throws OutboundFailed */
export function orTimeout<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return Promise.race([
    work,
    new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(new OutboundFailed("timeout")))),
  ]);
}

async function send(
  { method = "GET", headers, body, maxBytes, whenLonger }: OutboundRequest,
  target: Target,
  ca: string | undefined,
  deadline: AbortSignal,
): Promise<OutboundResponse> {
  const { url, hostname, ip, port, isTls } = target;
  const bytes = body === undefined ? undefined : Buffer.from(body);
  const lookup = ((_, { all }, done) => {
    const family = isIP(ip);
    if (all) done(null, [{ address: ip, family }]);
    else done(null, ip, family);
  }) as LookupFunction;
  const { promise, resolve, reject } = Promise.withResolvers<OutboundResponse>();
  const request = (isTls ? https : http).request({
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
    lookup,
    agent: false,
    ...(isTls && { ...(ca && { ca }), ...(isIP(hostname) === 0 && { servername: hostname }) }),
  });
  const fail = (error: unknown) => {
    request.destroy();
    reject(error instanceof OutboundFailed ? error : asFailure(error, deadline));
  };
  const connecting = setTimeout(() => fail(new OutboundFailed("timeout")), connectTimeout);
  const abort = () => fail(new OutboundFailed("timeout"));
  deadline.addEventListener("abort", abort);
  request.once("socket", (socket) => socket.once(isTls ? "secureConnect" : "connect", () => clearTimeout(connecting)));
  request.once("error", fail);
  request.once("response", (response) => {
    clearTimeout(connecting);
    readBody(response, maxBytes, whenLonger).then(
      (body) => resolve({ status: response.statusCode!, headers: firstOf(response), body }),
      fail,
    );
  });
  request.end(bytes);
  try {
    return await promise;
  } finally {
    clearTimeout(connecting);
    deadline.removeEventListener("abort", abort);
    request.destroy();
  }
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
