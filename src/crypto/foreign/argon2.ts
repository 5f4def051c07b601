import { verify as verifyArgon2 } from "@node-rs/argon2";
import { type HashParser, unpadded } from "./foreign-hash";

/** KiB. */
const maxMemory = 131_072;
/** KiB times passes: about 0.3 seconds of a core. */
const maxWork = 2 ** 20;

/**
 * argon2 as a PHC string. It is stored as Django writes it, with `argon2` before the string, because Bask's own hashes are of passwords that
 * were normalized and those of other systems are not.
 */
export const argon2: HashParser = (text) => {
  const match =
    /^(?:argon2)?\$(argon2(?:id|i|d))\$(?:v=(16|19)\$)?m=(\d{1,9}),t=(\d{1,9}),p=(\d{1,3})\$([A-Za-z\d+/]{11,64})={0,2}\$([A-Za-z\d+/]{16,86})={0,2}$/.exec(
      text,
    );
  if (!match) return undefined;
  const [, variant, version = "16", memory, passes, lanes, salt, key] = match;
  const [m, t, p] = [Number(memory), Number(passes), Number(lanes)];
  if (t < 1 || p < 1 || m < 8 * p) return undefined;
  if (m > maxMemory || m * t > maxWork) return "too costly";
  const [saltText, keyText] = [salt!, key!].map((base64) => unpadded(Buffer.from(base64, "base64"))); // the library reads no other spelling
  const phc = `$${variant}$v=${version}$m=${m},t=${t},p=${p}$${saltText}$${keyText}`;
  return {
    stored: `argon2${phc}`,
    async verify(password) {
      if (await verifyArgon2(phc, password)) return true;
      const normalized = password.normalize("NFKC");
      return normalized !== password && verifyArgon2(phc, normalized);
    },
  };
};
