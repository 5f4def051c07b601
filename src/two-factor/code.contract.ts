import { about, text } from "../shapes.contract";

/** The zero of each script whose digits NFKC does not turn into ASCII and that phones type: Arabic, Persian, Devanagari, Bengali. */
const zeros = [0x660, 0x6f0, 0x966, 0x9e6];

function toAsciiDigit(digit: string): string {
  const point = digit.codePointAt(0)!;
  const zero = zeros.find((zero) => point >= zero && point < zero + 10);
  return zero === undefined ? digit : String(point - zero);
}

/** A code as it is meant, however it was typed or pasted: without blanks, dashes and invisible characters, in ASCII digits and lower case. */
export function normalizeCode(code: string): string {
  return code
    .normalize("NFKC")
    .replace(/[\s\p{Z}\p{C}\p{Pd}\u2212]/gu, "")
    .replace(/\p{Nd}/gu, toAsciiDigit)
    .toLowerCase();
}

const code = text(64)
  .transform(normalizeCode)
  .meta(about("Six digits from the authenticator app, or a backup code.", "123456"));

/** A two-factor code: six digits of the authenticator app, or a backup code. */
export const RequiredCode = code.pipe(text(64).min(1));

/** The same, where it may be left out. An empty one is left out too. */
export const OptionalCode = code.optional().transform((code) => code || undefined);
