import { environment } from "../../config/environment";
import { type Call, CliError, exitCodes } from "../command";
import { logInByBrowser, logInByCode } from "../login/flows";
import { discover, explained, library, loginOf } from "../login/server";
import { now, openCliSession, requireLogin } from "../login/session";
import { type LoginStore, openLoginStore } from "../login/store";

/** Who logs in, in words; what they may do is beside it. */
const identityScopes = ["openid", "profile", "email"];

export async function login({ options, out }: Call) {
  const store = storeOf(options);
  const before = await store.read().catch(() => undefined);
  const url = text(options.url) ?? before?.url;
  if (url === undefined) throw new CliError("Say where: bask login --url https://api.example.com", exitCodes.usage);
  const server = await discover(url);
  const metadata = server.serverMetadata();
  const asked = text(options.scopes)
    ?.split(/[\s,]+/)
    .filter(Boolean);
  const scopes = asked ?? metadata.scopes_supported?.filter((scope) => scope.endsWith(":read")) ?? [];
  const scope = [...identityScopes, ...scopes].join(" ");
  const flow = options.browser === true ? logInByBrowser : logInByCode;
  const tokens = await explained(metadata.issuer, () => flow(server, scope, out));
  const kept = await store.write(loginOf(metadata, tokens, now()));
  if (before) await revoke(before.url, before.refreshToken).catch(() => undefined);
  const who = await describe(store);
  out.data({ ...who, kept }, [...lines(who), `The login is kept in ${kept}.`]);
}

export async function logout({ options, out }: Call) {
  const store = storeOf(options);
  const { url, refreshToken } = await requireLogin(store);
  const failure = await revoke(url, refreshToken).then(
    () => undefined,
    (error: Error) => error,
  );
  await store.remove();
  if (failure)
    throw new CliError(
      `${failure.message} The login is gone from this machine, but ${url} may still accept it: disconnect Command line in your account there.`,
    );
  out.data({ url, loggedIn: false }, [`Logged out of ${url}.`]);
}

export async function whoami({ options, out }: Call) {
  const who = await describe(storeOf(options));
  out.data(who, lines(who));
}

export async function api({ args: [path], options, out, stdin }: Call) {
  if (!path!.startsWith("/")) throw new CliError("The path begins with a slash: bask api /whoami", exitCodes.usage);
  const session = await openCliSession(storeOf(options));
  const body = options.body === "-" ? await stdin() : text(options.body);
  const method = (text(options.method) ?? (body === undefined ? "GET" : "POST")).toUpperCase();
  const response = await session.fetch(path!, { method, ...(body !== undefined && { body }) });
  const answer = await response.text();
  if (response.ok) {
    if (answer !== "") out.line(answer);
    return;
  }
  throw new CliError(sentenceOf(answer) ?? `${path} answered ${response.status}.`, exitCodeOf(response.status));
}

const storeOf = (options: Call["options"]): LoginStore => openLoginStore(text(options.tokenFile), environment);
const text = (option: string | boolean | undefined) => (typeof option === "string" ? option : undefined);

/** Ends a login at its server. @throws CliError */
async function revoke(url: string, refreshToken: string) {
  const server = await discover(url);
  const { tokenRevocation } = await library();
  await explained(url, () => tokenRevocation(server, refreshToken));
}

interface Described {
  url: string;
  user: { id: string; name: string | null; email: string | null };
  organization: { id: string; name: string | null };
  permissions: readonly string[];
}

/** Who is logged in, as the server says. @throws CliError */
async function describe(store: LoginStore): Promise<Described> {
  const { url, fetch } = await openCliSession(store);
  const ask = async (path: string) => {
    const response = await fetch(path);
    return response.ok ? await response.json() : undefined;
  };
  const { userId, organizationId, permissions } = (await ask("/whoami")) ?? {};
  if (userId === undefined)
    throw new CliError(`The login at ${url} does not work any more. Run: bask login`, exitCodes.notPermitted);
  const user = await ask("/oauth/userinfo");
  const organization = await ask(`/organizations/${organizationId}`);
  return {
    url,
    user: { id: userId, name: user?.name ?? null, email: user?.email ?? null },
    organization: { id: organizationId, name: organization?.name ?? null },
    permissions,
  };
}

const lines = ({ url, user, organization, permissions }: Described) => [
  `${user.name ?? user.id}${user.email === null ? "" : ` <${user.email}>`}`,
  `in ${organization.name ?? organization.id} at ${url}`,
  permissions.length > 0 ? `may ${permissions.join(", ")}` : "may do nothing",
];

interface ErrorDetail {
  path: string;
  message: string;
}

/** What an error of the API says; undefined for what is not one. */
function sentenceOf(answer: string): string | undefined {
  try {
    const { error } = JSON.parse(answer);
    const fields = (error.details ?? []).map(({ path, message }: ErrorDetail) => ` ${path} ${message}.`).join("");
    return `${error.code}: ${error.message}${fields} (${error.requestId})`;
  } catch {
    return undefined;
  }
}

function exitCodeOf(status: number): number {
  if (status === 404) return exitCodes.notFound;
  if (status === 401 || status === 403) return exitCodes.notPermitted;
  return status === 400 || status === 422 ? exitCodes.usage : exitCodes.failed;
}
