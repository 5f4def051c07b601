import type { Operator } from "../../access/actor";
import { type Call, CliError, exitCodes } from "../command";

/** Who acts: someone who can run commands on this machine. */
export const machine = { kind: "system" } as const satisfies Operator;

export const userArgument = ["<user>", "an email or an id"] as const;
export const organizationArgument = ["<organization>", "an id or a slug"] as const;
export const reasonOption = ["--reason <text>", "why; it is written to the audit log"] as const;

/** @throws CliError without a reason, or with one that is too long */
export function reasonOf(options: Call["options"]): string {
  const reason = typeof options.reason === "string" ? options.reason.trim() : "";
  if (reason === "" || reason.length > 300) {
    throw new CliError("Say why in 1 to 300 characters: --reason TEXT", exitCodes.usage);
  }
  return reason;
}
