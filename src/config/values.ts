import { createPublicKey } from "node:crypto";
import { isIP } from "node:net";
import { isAbsolute } from "node:path";
import addressParser from "nodemailer/lib/addressparser";
import { z } from "zod";
import { canonicalNetwork } from "../shapes/ip.contract";

/**
 * The shape of a variable: a text that `parse` turns into the value Bask uses.
 * @param rule follows the variable's name in the sentence of a refusal: "must be ..."
 * @param parse gives undefined for what the rule does not allow
 */
export const value = <Output>(rule: string, parse: (text: string) => Output | undefined) =>
  z.string().transform((text, context) => {
    const parsed = parse(text);
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: "custom", message: rule });
    return z.NEVER;
  });

/** One of these words, in any case. */
export const choice = <const Name extends string>(...names: Name[]) =>
  value(`must be ${names.slice(0, -1).join(", ")} or ${names.at(-1)}`, (text) =>
    names.find((name) => name === text.toLowerCase()),
  );

export const wholeNumber = (min: number, max: number) =>
  value(`must be a whole number from ${min} to ${max}`, (text) => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    return number >= min && number <= max ? number : undefined;
  });

/** Entries separated by commas. */
export const list = <Entry>(entry: z.ZodType<Entry, string>) =>
  z
    .string()
    .transform((text) =>
      text
        .split(",")
        .map((part) => part.trim())
        .filter(Boolean),
    )
    .pipe(z.array(entry));

/** A name that people see: one line, short enough for a subject and an authenticator app. */
export const displayName = value("must be one line of at most 60 characters", (text) =>
  [...text].length <= 60 && !/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(text) ? text : undefined,
);

/** An address to listen on. */
export const host = value(
  "must be an IP address of this machine or a host name, such as 127.0.0.1, 0.0.0.0 or localhost",
  (text) => {
    const plain = text.replace(/^\[(.*)\]$/, "$1");
    const name = /^(?=.*[a-z])[a-z\d]([a-z\d-]*[a-z\d])?(\.[a-z\d]([a-z\d-]*[a-z\d])?)*$/i;
    return isIP(plain) > 0 || name.test(text) ? plain : undefined;
  },
);

/** An id or a secret that a provider gave. */
export const clientValue = value("must be one word of at most 500 characters", (text) =>
  /^\S{1,500}$/.test(text) ? text : undefined,
);

/** The name of a domain. */
export const domain = value("must be the name of a domain, such as example.com", (text) =>
  /^[a-z\d]([a-z\d-]*[a-z\d])?(\.[a-z\d]([a-z\d-]*[a-z\d])?)*$/i.test(text) && text.length <= 253
    ? text.toLowerCase()
    : undefined,
);

/** An http(s) URL without a trailing slash: it may have a path, and nothing that only one request could mean. */
export const baseUrl = value(
  "must be an http:// or https:// URL without user, query and fragment, such as https://api.example.com",
  (text) => {
    const url = /^https?:\/\//i.test(text) ? URL.parse(text) : null;
    if (!url || url.username || url.password || /[?#@]/.test(text)) return undefined;
    return url.origin + url.pathname.replace(/\/+$/, "");
  },
);

/**
 * An origin as browsers send it: of a web page, or of an app with a scheme of its own, such as capacitor://localhost.
 * Wildcards are refused: with credentials allowed, the least guarded host of a domain could act for everyone.
 */
export const origin = value(
  "must be one exact origin such as https://app.example.com or capacitor://localhost; a wildcard is not possible, list each origin",
  (text) => {
    const url = URL.parse(text);
    if (!url || text.includes("*")) return undefined;
    if (/^https?:$/.test(url.protocol)) return `${url.origin}/` === url.href ? url.origin : undefined;
    return /^[a-z][a-z\d+.-]*:\/\/[a-z\d._-]+(:\d+)?$/.test(text) && !/^(file|data|blob|about):/.test(text)
      ? text
      : undefined;
  },
);

/** A path that does not depend on where Bask was started. */
export const absolutePath = value("must be an absolute path, such as /backups", (text) =>
  isAbsolute(text) ? text : undefined,
);

/** An IP address or CIDR, in its one spelling. */
export const network = value("must be an IP address or a CIDR such as 10.0.0.0/8 or fd00::/8", canonicalNetwork);

export interface Mailbox {
  /** Empty where only an address was given. */
  name: string;
  address: string;
}

/** One mailbox (RFC 5322, 3.4). */
export const mailbox = value(
  "must be one email address such as no-reply@example.com or Example <no-reply@example.com>",
  (text) => {
    if (text.length > 500) return undefined;
    const [found, ...others] = addressParser(text);
    if (!found || others.length > 0 || found.address === undefined) return undefined;
    const { name, address } = found;
    return /^[^\s@"(),:;<>[\\\]]{1,64}@[a-z\d]([a-z\d.-]*[a-z\d])?$/i.test(address) ? { name, address } : undefined;
  },
);

/** A public key of GitHub's secret scanning: its identifier, and the SPKI in DER. */
export const scanningKey = value(
  "must be IDENTIFIER=KEY, where KEY is what stands between BEGIN and END of its PEM",
  (text): [string, Buffer] | undefined => {
    const [, identifier = "", key = ""] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    const der = Buffer.from(key, "base64");
    try {
      createPublicKey({ key: der, format: "der", type: "spki" });
      return [identifier, der];
    } catch {
      return undefined;
    }
  },
);
