import type { App } from "../app";
import { Problem } from "../problems";
import type { Actor, Visitor } from "./actor";

/** @throws Problem IMPERSONATION_READ_ONLY for an operator who looks as a user */
export function requireOwnIdentity(actor: Actor | Visitor) {
  if (actor.kind === "user" && actor.impersonatedBy !== undefined) throw new Problem("IMPERSONATION_READ_ONLY");
}

/** An app whose database refuses to be written, for rules that run for an operator who looks as a user. */
export function readOnly(app: App): App {
  const refuse = async () => {
    throw new Problem("IMPERSONATION_READ_ONLY");
  };
  return { ...app, db: { ...app.db, write: refuse, writeOne: refuse, writeJointly: refuse } };
}
