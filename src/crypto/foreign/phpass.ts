import { hash as digest } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { phpTrim } from "./bcrypt";
import { equals, type HashParser } from "./foreign-hash";

const alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Iterations, as a power of two. WordPress uses 13. */
const maxCost = 16;
/** Iterations in one step, about a millisecond: MD5 is computed on the event loop, so other requests go on between the steps. */
const step = 1024;

/** Portable hashes of phpass: `$P$` of WordPress before 6.8, which trims passwords, and `$H$` of phpBB. */
export const phpass: HashParser = (text) => {
  const [, kind, costDigit, salt, key] =
    /^\$([PH])\$([./A-Za-z\d])([./A-Za-z\d]{8})([./A-Za-z\d]{22})$/.exec(text) ?? [];
  if (!kind || !costDigit || !salt || !key) return undefined;
  const cost = alphabet.indexOf(costDigit);
  if (cost < 7 || cost > 30) return undefined;
  if (cost > maxCost) return "too costly";
  return {
    stored: text,
    async verify(password) {
      const bytes = Buffer.from(kind === "P" ? phpTrim(password) : password);
      let state = digest("md5", Buffer.concat([Buffer.from(salt), bytes]), "buffer");
      for (let done = 0; done < 2 ** cost; done++) {
        if (done % step === 0) await setImmediate();
        state = digest("md5", Buffer.concat([state, bytes]), "buffer");
      }
      return equals(Buffer.from(encode(state)), Buffer.from(key));
    },
  };
};

/** Groups of three bytes, the lowest first, as four characters of six bits, the lowest first. */
function encode(bytes: Buffer): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const group = bytes.subarray(at, at + 3);
    let bits = group.reduce((sum, byte, i) => sum | (byte << (8 * i)), 0);
    for (let i = 0; i <= group.length; i++, bits >>>= 6) text += alphabet[bits & 63];
  }
  return text;
}
