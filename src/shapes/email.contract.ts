/** Dot-atoms of RFC 5322 in the letters of every script (RFC 6531). */
const atom = String.raw`[\p{L}\p{M}\p{N}!#$%&'*+\/=?^_\x60\{\|\}~\-]+`;
const localPart = new RegExp(String.raw`^(?!\p{M})${atom}(?:\.${atom})*$`, "u");
/** What may be in a domain as people write it. */
const domainText = /^[\p{L}\p{M}\p{N}.-]{1,254}$/u;
/** A host name whose last label is not a number. */
const hostname = /^(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+(?:[a-z]{2,63}|xn--[a-z\d-]{1,58}[a-z\d])$/;
const invisible = /[\p{Default_Ignorable_Code_Point}\p{C}\p{Z}\u2800]/u;

/**
 * The one form of an email address: NFKC and lowercase before the @, the domain in ASCII (IDNA). Undefined for what is not an
 * address, or has characters that are not displayed, so that two addresses could look the same.
 * @param text short: normalizing takes quadratic time
 */
export function canonicalEmail(text: string): string | undefined {
  if (invisible.test(text) || !text.includes("@")) return undefined;
  const parts = text.normalize("NFKC").split("@");
  if (parts.length !== 2) return undefined;
  const local = lowerCase(parts[0]!);
  const domain = asciiDomain(lowerCase(parts[1]!));
  if (domain === undefined || !localPart.test(local) || new TextEncoder().encode(local).length > 64) return undefined;
  const email = `${local}@${domain}`;
  return email.length <= 254 && !invisible.test(email) ? email : undefined;
}

/** Lowercase letters can combine where their capitals did not, so they are normalized again. */
const lowerCase = (text: string) => text.toLowerCase().normalize("NFKC");

function asciiDomain(text: string): string | undefined {
  const domain = text.replaceAll("\u3002", ".");
  const ascii = domainText.test(domain) ? URL.parse(`http://${domain}`)?.hostname : undefined;
  return ascii !== undefined && hostname.test(ascii) ? ascii : undefined;
}
