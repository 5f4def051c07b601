import { parseForeignHash } from "../crypto/foreign-hashes";
import { Email, singleLine } from "../shapes.contract";
import type { FileRecord } from "./files/import-file";
import { reasons } from "./reasons";
import type { NotImported, Source, SourceContext, SourceUser } from "./sources/source";

/** What a record of a file comes to before the database is asked. */
export interface Candidate {
  /** Where the record begins in the file. */
  line: number;
  externalId?: string | undefined;
  /** In its one form when the record can be imported, else as it stood in the file. */
  email?: string | undefined;
  /** Undefined when it cannot be imported. */
  user?: NewUser;
  outcome?: NotImported["outcome"];
  /** Why it cannot be imported, or what of it cannot. */
  reason?: string | undefined;
}

/** A user that can be written. */
export interface NewUser {
  email: string;
  fullName: string;
  /** Undefined for a user who has no password yet. */
  passwordHash: string | undefined;
  emailVerified: boolean;
  createdAt: Date | undefined;
  suspended: boolean;
}

export interface CandidateOptions extends SourceContext {
  /** What is said of an email of which the system says nothing. */
  assumeVerified?: boolean | undefined;
  /** Import users whose hash cannot be verified without a password, instead of not at all. */
  dropUnsupportedHashes?: boolean | undefined;
}

const ExternalId = singleLine(255);
const FullName = singleLine(100);

/** What a record says, validated. Undefined for a record that is not about a user. */
export function toCandidate(
  source: Source,
  { line, fields, flaw }: FileRecord,
  options: CandidateOptions,
): Candidate | undefined {
  if (!fields) return { line, outcome: "invalid", reason: flaw };
  const read = source.read(fields, options);
  if (!read) return undefined;
  return { line, ...("outcome" in read ? read : validate(read, options)) };
}

function validate(read: SourceUser, options: CandidateOptions): Omit<Candidate, "line"> {
  const { externalId } = read;
  const invalid = (reason: string) => ({ externalId, email: read.email, outcome: "invalid", reason }) as const;
  const email = Email.safeParse(read.email).data;
  if (email === undefined) return invalid(reasons.email);
  if (externalId !== undefined && ExternalId.safeParse(externalId).data !== externalId)
    return invalid(reasons.externalId);
  const notes: string[] = [];
  const hash = read.passwordHash === undefined ? undefined : parseForeignHash(read.passwordHash);
  const isUsable = hash !== undefined && hash !== "too costly";
  if (read.passwordHash !== undefined && !isUsable) {
    const reason = hash === undefined ? reasons.unsupportedHash : reasons.costlyHash;
    if (!options.dropUnsupportedHashes) return invalid(reason);
    notes.push(`${reason}: ${reasons.hashLeftOut}`);
  }
  const fullName = read.fullName === undefined ? undefined : FullName.safeParse(read.fullName).data;
  if (read.fullName !== undefined && fullName === undefined) notes.push(reasons.name);
  if (read.notTaken?.length) notes.push(reasons.notTaken(read.notTaken));
  const user: NewUser = {
    email,
    fullName: fullName ?? email.split("@")[0]!,
    passwordHash: isUsable ? hash.stored : undefined,
    emailVerified: read.emailVerified ?? options.assumeVerified ?? false,
    createdAt:
      read.createdAt && read.createdAt <= options.now && !Number.isNaN(read.createdAt.getTime())
        ? read.createdAt
        : undefined,
    suspended: read.suspended ?? false,
  };
  return { externalId, email, user, reason: notes.join("; ") || undefined };
}
