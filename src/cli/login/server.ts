import type {
  Configuration,
  CustomFetchOptions,
  TokenEndpointResponse,
  TokenEndpointResponseHelpers,
} from "openid-client";
import { version } from "../../../package.json";
import { CliError, exitCodes } from "../command";
import type { Login } from "./store";

/** The client that every server knows without it being registered. */
const clientId = "bask-cli";
/** Seconds that a server may take for an answer. */
const timeout = 15;
/** By which its user recognizes this machine when they are asked, and in the audit log. */
const system = { darwin: "Macintosh", win32: "Windows NT 10.0" }[process.platform as string] ?? "X11; Linux";
export const userAgent = `bask-cli/${version} (${system})`;

export const library = () => import("openid-client");

/** What a server says about itself, at its URL. @throws CliError */
export async function discover(text: string): Promise<Configuration> {
  const url = serverUrl(text);
  const { allowInsecureRequests, customFetch, discovery, None } = await library();
  const options = {
    timeout,
    execute: url.protocol === "http:" ? [allowInsecureRequests] : [],
    [customFetch]: (target: string, { body, headers, ...init }: CustomFetchOptions) =>
      fetch(target, {
        ...init,
        body: (body ?? null) as BodyInit | null,
        headers: { ...headers, "user-agent": userAgent },
      }),
  };
  return explained(nameOf(url), () => discovery(url, clientId, undefined, None(), options));
}

/** @throws CliError for what is no URL, and for http to another machine, where tokens could be read on the way */
function serverUrl(text: string): URL {
  const url = URL.parse(text.replace(/\/+$/, ""));
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username)
    throw new CliError(`${text} is not the URL of a server. Write it like https://api.example.com`, exitCodes.usage);
  if (url.protocol === "http:" && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname))
    throw new CliError(`${text} would send tokens in clear. Use https.`, exitCodes.usage);
  return url;
}

const nameOf = ({ href }: URL) => href.replace(/\/$/, "");

export type Tokens = TokenEndpointResponse & TokenEndpointResponseHelpers;

/** What is kept of the tokens that a server issued. */
export function loginOf(
  { issuer }: { issuer: string },
  tokens: Tokens,
  now: number,
  refreshToken = tokens.refresh_token ?? "",
): Login {
  const expiresAt = now + (tokens.expiresIn() ?? 0) * 1000;
  return { url: issuer, refreshToken, accessToken: tokens.access_token, expiresAt };
}

/** Does what asks a server, and says in one sentence what went wrong. @throws CliError */
export async function explained<T>(url: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw sentenceOf(url, error as Failure);
  }
}

/** As the library describes a failure: the error of OAuth, or a code of its own. */
interface Failure extends Error {
  error?: string;
  error_description?: string;
  code?: string;
}

function sentenceOf(url: string, { error, error_description: description, code, message, cause }: Failure): CliError {
  switch (error) {
    case "access_denied":
      return new CliError("The login was refused in the browser.", exitCodes.notPermitted);
    case "expired_token":
      return new CliError("No one typed the code in time. Run it again.");
    case "invalid_grant":
      return new CliError(
        `The login at ${url} has ended. Log in again: bask login --url ${url}`,
        exitCodes.notPermitted,
      );
    case undefined:
      break;
    default:
      return new CliError(`${url} refused: ${description ?? error}`);
  }
  const { body, attribute } = (cause ?? {}) as { body?: { issuer?: string }; attribute?: string };
  if (attribute === "issuer" && body?.issuer)
    return new CliError(`${url} calls itself ${body.issuer}. Use that: --url ${body.issuer}`, exitCodes.usage);
  if (code === "OAUTH_TIMEOUT") return new CliError(`${url} did not answer within ${timeout} seconds.`);
  if (code?.startsWith("OAUTH_")) return new CliError(`${url} does not answer like a Bask server: ${message}.`);
  return new CliError(`${url} does not answer: ${message}`);
}
