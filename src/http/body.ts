import { Problem } from "../problems";

/** Bytes a body may have, where its route does not say otherwise. */
export const defaultBodyBytes = 64 * 1024;

/**
 * The JSON of a request; undefined where it has no body.
 * @throws Problem UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, BAD_REQUEST
 */
export async function readJson(request: Request, maxBytes: number): Promise<unknown> {
  const bytes = await readBytes(request, maxBytes);
  if (bytes.length === 0) return undefined;
  if (!/^application\/json *(;|$)/i.test(request.headers.get("content-type") ?? ""))
    throw new Problem("UNSUPPORTED_MEDIA_TYPE");
  return parseJson(bytes);
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

/** A body as it was sent, where it was signed. @throws Problem PAYLOAD_TOO_LARGE, BAD_REQUEST where it ends early */
export async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  const length = request.headers.get("content-length");
  if (length !== null && Number(length) > maxBytes) throw tooLarge(maxBytes);
  try {
    return await (length === null ? readUpTo(request, maxBytes) : request.bytes());
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem("BAD_REQUEST", { reason: "incomplete_body", cause: error });
  }
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

const tooLarge = (maxBytes: number) => new Problem("PAYLOAD_TOO_LARGE", { values: { limit: maxBytes / 1024 } });
