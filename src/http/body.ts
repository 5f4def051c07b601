import { Problem } from "../problems";
import { readFields } from "./url";

/** Bytes a body may have, where its route does not say otherwise. */
export const defaultBodyBytes = 64 * 1024;

/** What the body of a route may be. */
export interface BodyKind {
  maxBodyBytes: number;
  /** Whether it may be a form. */
  form?: true | undefined;
}

/**
 * The JSON of a request, or the fields of a form where the route takes forms; undefined where it has no body.
 * @throws Problem UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, BAD_REQUEST, VALIDATION_ERROR
 */
export async function readBody(request: Request, { maxBodyBytes, form }: BodyKind): Promise<unknown> {
  const bytes = await readBytes(request, maxBodyBytes);
  if (bytes.length === 0) return undefined;
  const type = request.headers.get("content-type") ?? "";
  if (/^application\/json *(;|$)/i.test(type)) return parseJson(bytes);
  if (form && /^application\/x-www-form-urlencoded *(;|$)/i.test(type))
    return readFields(Buffer.from(bytes).toString());
  throw new Problem("UNSUPPORTED_MEDIA_TYPE", form && { reason: "form" });
}

/** @throws Problem BAD_REQUEST for what is not JSON in UTF-8 */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch (error) {
    throw new Problem("BAD_REQUEST", { reason: "invalid_json", cause: (error as Error).name });
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Milliseconds in which a body must arrive. IDLE_TIMEOUT bounds only the time between two bytes of it. */
const bodyTimeout = 60_000;

/**
 * A body as it was sent, where it was signed.
 * @throws Problem PAYLOAD_TOO_LARGE, BAD_REQUEST where it ends early or does not end; then the connection is closed
 */
export function readBytes(request: Request, maxBytes: number, timeout = bodyTimeout): Promise<Uint8Array> {
  const length = request.headers.get("content-length");
  if (length !== null && Number(length) > maxBytes) return Promise.reject(tooLarge(maxBytes));
  const reading: Promise<Uint8Array> = length === null ? readUpTo(request, maxBytes) : request.bytes();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(tooSlow()), timeout);
    reading.then(
      (bytes) => {
        clearTimeout(timer);
        resolve(bytes);
      },
      (error) => {
        clearTimeout(timer);
        reject(error instanceof Problem ? error : incomplete(error));
      },
    );
  });
}

/** A body of unknown length, read no further than allowed. */
async function readUpTo(request: Request, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const incomplete = (cause: unknown) => new Problem("BAD_REQUEST", { reason: "incomplete_body", cause });

const tooSlow = () => new Problem("BAD_REQUEST", { reason: "slow_body", headers: { Connection: "close" } });

const tooLarge = (maxBytes: number) => new Problem("PAYLOAD_TOO_LARGE", { values: { limit: maxBytes / 1024 } });
