import { createHmac } from "node:crypto";
import { type Id, idBytes } from "../ids";
import type { Keyring } from "./keyring";

/** The six digits that a link shows where it does not sign in. They are computed from its ticket, not stored. */
export interface LinkCodes {
  codeOf(id: Id): string;
}

export function openLinkCodes(keyring: Keyring): LinkCodes {
  const [key] = keyring.derive("link-code");
  return {
    codeOf(id) {
      const number = createHmac("sha256", key).update(idBytes(id)).digest().readUIntBE(0, 6);
      return String(number % 1_000_000).padStart(6, "0");
    },
  };
}
