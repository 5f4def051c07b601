import type { FirebaseParameters } from "../../crypto/foreign/firebase-scrypt";
import type { Fields } from "../files/import-file";

/** A system that users can be imported from. */
export interface Source {
  /** What people call it. */
  title: string;
  /** The columns of its CSV, when that has no header. */
  columns?: readonly string[];
  /** Whether a record has the fields that only this system exports. */
  recognizes(fields: Fields): boolean;
  /** What a record says about a user. Undefined for a record that is not about a user. */
  read(fields: Fields, context: SourceContext): SourceUser | NotImported | undefined;
  /** Reads a record of a second file with the hashes, for systems that export them apart: whose it is, and the hash. */
  readHash?(fields: Fields): { externalId: string; passwordHash: string } | undefined;
}

/** What a record cannot tell by itself. */
export interface SourceContext {
  now: Date;
  /** The hashes of the second file, by external id. */
  hashes?: ReadonlyMap<string, string> | undefined;
  firebase?: FirebaseParameters | undefined;
}

/** A user as another system describes them. Nothing of it has been validated yet. */
export interface SourceUser {
  /** The id there. */
  externalId?: string | undefined;
  email?: string | undefined;
  fullName?: string | undefined;
  passwordHash?: string | undefined;
  /** Undefined where the system does not say. */
  emailVerified?: boolean | undefined;
  createdAt?: Date | undefined;
  suspended?: boolean | undefined;
  /** What this user had there and does not have here, for the report. */
  notTaken?: readonly string[] | undefined;
}

/** A record that is not imported: `skipped` when it is not a user who could sign in here, `invalid` when something is wrong with it. */
export interface NotImported {
  outcome: "skipped" | "invalid";
  reason: string;
  externalId?: string | undefined;
  email?: string | undefined;
}
