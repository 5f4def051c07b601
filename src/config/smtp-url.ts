import { encodingHint, parseConnectionUrl } from "./connection-url";
import { ConfigError } from "./error";

/** The server emails are handed over to, in the form nodemailer takes. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte; otherwise STARTTLS where the server offers it. */
  readonly secure: boolean;
  readonly requireTLS: boolean;
  readonly ignoreTLS: boolean;
  readonly tls: { readonly rejectUnauthorized: boolean };
  readonly auth?: { readonly user: string; readonly pass: string };
}

/** @throws ConfigError that holds no part of the URL */
export function parseSmtpUrl(url: string): SmtpServer {
  const parsed = parseConnectionUrl(url);
  if (!parsed || !/^smtps?$/.test(parsed.scheme) || parsed.host === "" || parsed.path !== "")
    throw refused(`must be smtp://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST:465. ${encodingHint}`);
  const { scheme, host, port, username, password, parameters } = parsed;
  const flag = (name: string, otherwise = "false") => {
    const text = parameters.get(name) ?? otherwise;
    if (text !== "true" && text !== "false") throw refused("has a parameter that must be true or false");
    parameters.delete(name);
    return text === "true";
  };
  const secure = scheme === "smtps";
  const server = {
    host,
    port: port ?? (secure ? 465 : 587),
    secure,
    requireTLS: flag("requiretls"),
    ignoreTLS: flag("ignoretls"),
    tls: { rejectUnauthorized: flag("tls.rejectunauthorized", "true") },
    ...(username !== undefined && { auth: { user: username, pass: password ?? "" } }),
  };
  if (parameters.size > 0)
    throw refused(
      "has a parameter that is not supported. Supported are requireTLS, ignoreTLS and tls.rejectUnauthorized",
    );
  return server;
}

const refused = (rule: string) => new ConfigError(`SMTP_URL ${rule}.`);
