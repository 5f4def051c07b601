import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const file = "data/secret.key";

/** The secret an installation makes for itself at its first start: 32 random bytes that only its user can read. */
export function ownSecret(): string {
  try {
    mkdirSync("data", { recursive: true });
    writeFileSync(file, `${randomBytes(32).toString("base64url")}\n`, { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as { code?: string }).code !== "EEXIST") throw error;
  }
  return readFileSync(file, "utf8").trim();
}
