/** The bytes of base64 or base64url, without padding. Undefined for a text that is not in its one canonical form. */
export function decode(text: string): Uint8Array<ArrayBuffer> | undefined {
  const plain = text.replaceAll("-", "+").replaceAll("_", "/");
  try {
    const bytes = Uint8Array.from(atob(plain), (character) => character.charCodeAt(0));
    return encode(bytes) === plain ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** Base64 without padding. */
export const encode = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")).replaceAll("=", "");

export const toBytes = (text: string): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
