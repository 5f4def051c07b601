import type { z } from "zod";
import { describeIssue, fieldMessages } from "../field-messages.contract";
import { type Detail, Problem } from "../problems";

/** Bytes a body may have. */
export const bodyLimit = 256 * 1024;

/**
 * The JSON of a request; undefined where it has no body.
 * @throws Problem UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, BAD_REQUEST
 */
export async function readJson(request: Request): Promise<unknown> {
  const bytes = await readBytes(request);
  if (bytes.length === 0) return undefined;
  if (!/^application\/json *(;|$)/i.test(request.headers.get("content-type") ?? ""))
    throw new Problem("UNSUPPORTED_MEDIA_TYPE");
  return parseJson(bytes);
}

/** @throws Problem BAD_REQUEST for what is no JSON in UTF-8 */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return withoutNul(utf8.decode(bytes));
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem("BAD_REQUEST", { reason: "invalid_json", cause: (error as Error).name });
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** A body as it came, for what was signed over its bytes. @throws Problem PAYLOAD_TOO_LARGE, BAD_REQUEST where it breaks off */
export async function readBytes(request: Request): Promise<Uint8Array> {
  const length = request.headers.get("content-length");
  if (length !== null && Number(length) > bodyLimit) throw new Problem("PAYLOAD_TOO_LARGE");
  try {
    return await (length === null ? readCapped(request) : request.bytes());
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem("BAD_REQUEST", { reason: "incomplete_body", cause: error });
  }
}

/** A body of unknown length, read no further than it may be long. */
async function readCapped(request: Request): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > bodyLimit) throw new Problem("PAYLOAD_TOO_LARGE");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A text without NUL, which PostgreSQL cannot hold and nobody means. */
const holdsNul = (text: string) => text.includes("\0");
const nul = (path: string) => new Problem("VALIDATION_ERROR", { details: [{ path, message: fieldMessages.nul }] });

/** JSON in which no name and no text holds NUL. */
function withoutNul(text: string): unknown {
  if (!text.includes("\\u0000")) return JSON.parse(text);
  return JSON.parse(text, (name, value) => {
    if (holdsNul(name) || (typeof value === "string" && holdsNul(value))) throw nul(holdsNul(name) ? "" : name);
    return value;
  });
}

/** Names in a path that can be looked for. @throws Problem NOT_FOUND */
export function readParams(params: Record<string, string>): Record<string, string> {
  for (const name in params) if (holdsNul(params[name]!)) throw new Problem("NOT_FOUND");
  return params;
}

/** The path of an address, whatever its host may look like. */
export const pathOf = (url: string): string => /^\w+:\/\/[^/?#]*([^?#]*)/.exec(url)?.[1] || "/";

/** The query of an address as an object; a name that comes twice is a mistake. @throws Problem VALIDATION_ERROR */
export function readQuery(url: string): Record<string, string> {
  const start = url.indexOf("?");
  const query: Record<string, string> = Object.create(null);
  if (start < 0) return query;
  for (const [name, value] of new URLSearchParams(url.slice(start))) {
    if (name in query)
      throw new Problem("VALIDATION_ERROR", {
        details: [{ path: name.slice(0, 100), message: fieldMessages.givenTwice }],
      });
    if (holdsNul(value)) throw nul(name.slice(0, 100));
    query[name] = value;
  }
  return query;
}

/** The input as its contract has it. @throws Problem VALIDATION_ERROR that names what is wrong, never what was sent */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input, { error: describeIssue });
  if (result.success) return result.data;
  throw new Problem("VALIDATION_ERROR", { details: result.error.issues.flatMap(detailsOf).slice(0, 50) });
}

/** A name that was sent may be of any length. */
function detailsOf(issue: z.core.$ZodIssue): Detail[] {
  const { path, message } = issue;
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => ({ path: pathTo([...path, key]), message }));
  return [{ path: pathTo(path), message: (issue.code === "invalid_key" && issue.issues[0]?.message) || message }];
}

const pathTo = (path: PropertyKey[]) => path.map((name) => String(name).slice(0, 100)).join(".");
