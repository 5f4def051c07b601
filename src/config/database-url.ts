import { createPrivateKey, X509Certificate } from "node:crypto";
import { accessSync, constants, statSync } from "node:fs";
import { dirname } from "node:path";
import { encodingHint, parseConnectionUrl } from "./connection-url";
import { ConfigError } from "./error";
import { codeOf, isThere, readSmallFile, requireWritableFolder } from "./files";

export type Dialect = "sqlite" | "postgres";

/** Where the data is: what a DATABASE_URL says, in the form the drivers take. */
export type DatabaseLocation = SqliteLocation | PostgresLocation;

export interface SqliteLocation {
  readonly dialect: "sqlite";
  /** As it was configured. */
  readonly url: string;
  /** Path of the file; relative to the folder Bask was started in. */
  readonly file: string;
}

export interface PostgresLocation {
  readonly dialect: "postgres";
  readonly url: string;
  /** For people: no user and no password. */
  readonly name: string;
  readonly hostname: string | undefined;
  /** The folder of a Unix socket. */
  readonly path: string | undefined;
  readonly port: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly database: string;
  /** Whether PgBouncer in transaction mode is in between: the next transaction may meet another connection of the server. */
  readonly pgbouncer: boolean;
  /** Connections that this process opens at most. */
  readonly pool: number;
  readonly tls: PostgresTls | undefined;
  readonly channelBinding: "disable" | "prefer" | "require";
  /** Settings of each session, such as `application_name`. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** As libpq means `sslmode`: `require` encrypts and trusts any certificate, `verify-full` demands one of this host. */
export interface PostgresTls {
  readonly mode: "prefer" | "require" | "verify-ca" | "verify-full";
  /** Certificates in PEM that the server's is checked with; without them, those the runtime trusts. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** The dialect that a DATABASE_URL asks for, whether or not the rest of it can be used. */
export const dialectOf = (url: string | undefined): Dialect =>
  /^postgres(ql)?:/i.test(url ?? "") ? "postgres" : "sqlite";

/** @throws ConfigError that holds no part of the URL: what is wrong with one may be that its password ends in the wrong place */
export function parseDatabaseUrl(url: string): DatabaseLocation {
  if (/^sqlite:/i.test(url)) return sqliteLocation(url);
  if (dialectOf(url) === "postgres") return postgresLocation(url);
  throw refused("must be sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE");
}

function sqliteLocation(url: string): SqliteLocation {
  const path = url.slice("sqlite:".length);
  const file = path.replace(/^\/\/(?=\/)/, "").replace(/^\/+/, "/");
  if (path.startsWith("//") && !path.startsWith("///"))
    throw refused("must be sqlite:PATH, such as sqlite:data/bask.db or sqlite:/var/lib/bask/bask.db");
  if (/^(file:|~)|:\/\//i.test(file))
    throw refused("must name a plain path after sqlite:, without file: and without ~");
  if (/[?#%]/.test(file)) throw refused("takes no parameters after sqlite:PATH, and a path without ?, # and %");
  if (/^:|^$/.test(file))
    throw refused("must name a file after sqlite:, because a database in memory is lost at every stop");
  if (/[/\\]$|(^|\/)\.{1,2}$/.test(file)) throw refused("must name a file after sqlite:, not a folder");
  requireUsableFiles(file);
  return { dialect: "sqlite", url, file };
}

/** What SQLite opens: the file, two beside it, and the folder in which it makes those. */
function requireUsableFiles(file: string) {
  [file, `${file}-wal`, `${file}-shm`].filter(isThere).forEach(requireUsableFile);
  requireWritableFolder(dirname(file), "Let this user write to it, or name another file in DATABASE_URL");
}

function requireUsableFile(path: string) {
  try {
    if (!statSync(path, { throwIfNoEntry: false })?.isFile())
      throw new ConfigError(`DATABASE_URL: ${path} is not a file. Move it away.`);
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(
      `DATABASE_URL: ${path} cannot be read and written (${codeOf(error)}). Give this user the right to.`,
    );
  }
}

const parameterNames =
  "sslmode, sslrootcert, sslcert, sslkey, channel_binding, pgbouncer, application_name, options, search_path and host";

/** What other programs read from a DATABASE_URL, and how to say it here. */
const instead: Record<string, string> = {
  connection_limit: "has connection_limit: set DATABASE_POOL instead",
  max: "has max: set DATABASE_POOL instead",
  schema: "has schema: write search_path=NAME instead",
  ssl: "has ssl: write sslmode=require or sslmode=verify-full instead",
};

function postgresLocation(url: string): PostgresLocation {
  const parsed = parseConnectionUrl(url);
  if (!parsed) {
    if (/^[a-z]+:\/\/([^/?#]*@)?[^/?#@]*,/i.test(url)) throw refused("must name one host; a list is not supported");
    throw refused(`must be postgres://USER:PASSWORD@HOST:PORT/DATABASE. ${encodingHint}`);
  }
  const { parameters } = parsed;
  const take = (name: string) => {
    const text = parameters.get(name)?.trim() || undefined;
    parameters.delete(name);
    return text;
  };
  const host = take("host") ?? parsed.host;
  const port = parsed.port ?? 5432;
  const database = parsed.path;
  if (host === "") throw refused("must name a host");
  if (database === "" || database.includes("/")) throw refused("must name a database after the host: /DATABASE");
  const location: PostgresLocation = {
    dialect: "postgres",
    url,
    name: `postgres://${host.includes(":") ? `[${host}]` : host}:${port}/${database}`,
    hostname: host.startsWith("/") ? undefined : host,
    path: host.startsWith("/") ? host : undefined,
    port,
    username: parsed.username,
    password: parsed.password,
    database,
    pgbouncer: flag("pgbouncer", take("pgbouncer")),
    pool: 16,
    tls: tls(take),
    channelBinding: oneOf("channel_binding", take("channel_binding") ?? "disable", ["disable", "prefer", "require"]),
    parameters: settings(take),
  };
  const [unknown] = parameters.keys();
  if (unknown !== undefined)
    throw refused(instead[unknown] ?? `has a parameter that is not supported. Supported are ${parameterNames}`);
  return location;
}

type Take = (name: string) => string | undefined;

function settings(take: Take): Record<string, string> {
  const names = ["application_name", "options", "search_path"];
  return Object.fromEntries(
    names.flatMap((name) => {
      const text = take(name);
      return text === undefined ? [] : [[name, text]];
    }),
  );
}

function tls(take: Take): PostgresTls | undefined {
  const rootFile = take("sslrootcert");
  const certFile = take("sslcert");
  const keyFile = take("sslkey");
  const asked = take("sslmode");
  const mode = oneOf("sslmode", asked ?? (rootFile ? "verify-full" : "disable"), [
    "disable",
    "prefer",
    "require",
    "verify-ca",
    "verify-full",
  ]);
  if (mode === "disable") {
    if (rootFile || certFile || keyFile) throw refused("names certificates, but sslmode=disable uses none");
    return undefined;
  }
  if (!certFile !== !keyFile) throw refused("must have both sslcert and sslkey, or neither");
  const ca = rootFile && rootFile !== "system" ? readSmallFile("sslrootcert of DATABASE_URL", rootFile) : undefined;
  const cert = certFile && readSmallFile("sslcert of DATABASE_URL", certFile);
  const key = keyFile && readSmallFile("sslkey of DATABASE_URL", keyFile);
  if (ca && !isCertificate(ca)) throw refused("must name a certificate in PEM by sslrootcert");
  if (cert && key && !isPair(cert, key))
    throw refused("must name a certificate and its private key in PEM by sslcert and sslkey");
  return { mode, ...(ca && { ca }), ...(cert && key && { cert, key }) };
}

const refused = (rule: string) => new ConfigError(`DATABASE_URL ${rule}.`);

function oneOf<const Name extends string>(parameter: string, text: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === text);
  if (found === undefined) throw refused(`takes only ${names.join(", ")} for its parameter ${parameter}`);
  return found;
}

const flag = (parameter: string, text = "false") => oneOf(parameter, text, ["true", "false"]) === "true";

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).serialNumber !== "";
  } catch {
    return false;
  }
}

function isPair(cert: string, key: string): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
