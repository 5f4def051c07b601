import { sql } from "drizzle-orm";
import type { Grant } from "../access/permissions";
import type { Policy } from "../access/policy";
import type {
  ApiKeyId,
  BackupCodeId,
  BatchId,
  DeliveryId,
  DeviceCodeId,
  DeviceId,
  EmailId,
  EmailRequestId,
  EventId,
  GrantId,
  IdentityId,
  ImpersonationId,
  InvitationId,
  InvitationTicketId,
  MembershipId,
  OrganizationId,
  PasskeyId,
  PersonalTokenId,
  ProcessId,
  RoleId,
  SessionId,
  TicketId,
  TrustId,
  UserId,
  WebhookId,
} from "../ids";
import type { PlanName, PlanOverrides } from "../limits/plans";
import { boolean, index, int, json, primaryKey, rowId, table, text, timestamp, uniqueIndex } from "./columns";
import type { Topic } from "./database";

/** Columns named `...Folded` hold what `db/search.ts` makes of the column of that name. */

/** Users. */
export const users = table("users", {
  id: text("id").primaryKey().$type<UserId>(),
  /** Canonical form: lower case, NFKC. */
  email: text("email").notNull().unique(),
  fullName: text("full_name").notNull(),
  fullNameFolded: text("full_name_folded").notNull(),
  /** Null for people who sign in without a password. */
  passwordHash: text("password_hash"),
  /** The hash of the password before the last change. */
  previousPasswordHash: text("previous_password_hash"),
  /** When a token that was sent to this email came back. */
  emailVerifiedAt: timestamp("email_verified_at"),
  /** Since when the account can be signed in to: its creation or, where emails must be verified, its first verified email. */
  activatedAt: timestamp("activated_at"),
  avatarUrl: text("avatar_url"),
  /** What they have set; null while they have set nothing. */
  preferences: json<Preferences>("preferences"),
  /** The import that created the account, and can be undone while the account is unused. */
  importRun: text("import_run"),
  /** A deleted account keeps its id for the audit log, and nothing else. */
  deletedAt: timestamp("deleted_at"),
  createdAt: timestamp("created_at").notNull(),
  /** By an operator: the user cannot sign in, and their API keys are refused. */
  suspendedAt: timestamp("suspended_at"),
  /** Since when they may act under /admin. */
  operatorSince: timestamp("operator_since"),
});

/** Ids that imported users had in the systems they came from. Nothing is authorized by one. */
export const externalIds = table(
  "external_ids",
  {
    /** The name of the system, as `bask import users --from` takes it. */
    source: text("source").notNull(),
    externalId: text("external_id").notNull(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" })
      .$type<UserId>(),
  },
  (t) => [primaryKey({ columns: [t.source, t.externalId] }), index("external_ids_user").on(t.userId)],
);

export interface Preferences {
  theme?: "system" | "light" | "dark";
  /** BCP 47. */
  language?: string | null;
  /** A name of the IANA time zone database. */
  timezone?: string | null;
}

/** One row per sign-in. Each rotation of its refresh token changes this row and no other. */
export const sessions = table(
  "sessions",
  {
    rowId: rowId("row_id"),
    id: text("id").notNull().unique().$type<SessionId>(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" })
      .$type<UserId>(),
    /** The number of rotations so far; a refresh token is current when it carries the same number. */
    generation: int("generation").notNull(),
    rotatedAt: timestamp("rotated_at").notNull(),
    /** When the latest rotations happened, `,ms,ms`: the last one created the current generation. */
    rotations: text("rotations").notNull(),
    createdAt: timestamp("created_at").notNull(),
    lastUsedAt: timestamp("last_used_at").notNull(),
    /** The end of the current refresh token. */
    expiresAt: timestamp("expires_at").notNull(),
    /** The end of the session, however often it is refreshed. */
    endsAt: timestamp("ends_at").notNull(),
    endedAt: timestamp("ended_at"),
    endedBecause: text("ended_because").$type<EndOfSession>(),
    /** While its user is suspended. */
    suspendedAt: timestamp("suspended_at"),
    /** How its user signed in: `password`, `passkey`, `email-link`, or the name of a provider. */
    method: text("method").notNull().default("password"),
    /** Whether its user has proven a second factor in it. */
    twoFactor: boolean("two_factor").notNull(),
    /** When its user confirmed their identity last, after the sign-in; null while they have not. */
    confirmedAt: timestamp("confirmed_at"),
    /** The key of the device that it is bound to: a public JWK; null for a session that is not bound. */
    deviceKey: json<JsonWebKey>("device_key"),
    ip: text("ip").notNull(),
    userAgent: text("user_agent"),
  },
  (t) => [index("sessions_user_ended").on(t.userId, t.endedAt), index("sessions_ends").on(t.endsAt)],
);

export type EndOfSession =
  | "logout"
  | "reuse_detected"
  | "two_factor_changed"
  | "password_changed"
  | "email_restored"
  | "too_many"
  | "account_deleted"
  | "passkey_removed"
  | "identity_removed"
  | "account_recovered"
  | "ended_by_operator"
  | "restored_from_backup";

/** Authenticator apps. A row without `enabledAt` is an enrollment that waits for its first code. */
export const twoFactors = table("two_factors", {
  userId: text("user_id")
    .primaryKey()
    .references(() => users.id, { onDelete: "cascade" })
    .$type<UserId>(),
  sealedSecret: text("sealed_secret").notNull(),
  /** The session that started the enrollment. */
  sessionId: text("session_id").notNull().$type<SessionId>(),
  enabledAt: timestamp("enabled_at"),
  /** The RFC 6238 time step of the last accepted code. Only later steps are accepted. */
  lastStep: int("last_step").notNull(),
  createdAt: timestamp("created_at").notNull(),
});

/** Backup codes, each valid once, stored as an HMAC. */
export const backupCodes = table(
  "backup_codes",
  {
    id: text("id").primaryKey().$type<BackupCodeId>(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" })
      .$type<UserId>(),
    hash: text("hash").notNull(),
    createdAt: timestamp("created_at").notNull(),
    usedAt: timestamp("used_at"),
  },
  (t) => [uniqueIndex("backup_codes_user_hash").on(t.userId, t.hash)],
);

/** Devices that need no second factor for a while. Their tokens are computed, not stored. */
export const trustedDevices = table(
  "trusted_devices",
  {
    id: text("id").primaryKey().$type<DeviceId>(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" })
      .$type<UserId>(),
    ip: text("ip").notNull(),
    userAgent: text("user_agent"),
    createdAt: timestamp("created_at").notNull(),
    lastUsedAt: timestamp("last_used_at").notNull(),
    expiresAt: timestamp("expires_at").notNull(),
  },
  (t) => [index("trusted_devices_user").on(t.userId), index("trusted_devices_expiry").on(t.expiresAt)],
);

/** Operators who look as a user, read-only. Their tokens are computed, not stored. */
export const impersonations = table(
  "impersonations",
  {
    id: text("id").primaryKey().$type<ImpersonationId>(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" })
      .$type<UserId>(),
    operatorId: text("operator_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" })
      .$type<UserId>(),
    /** The operator's own session, with which it ends. */
    sessionId: text("session_id").notNull().$type<SessionId>(),
    createdAt: timestamp("created_at").notNull(),
    endsAt: timestamp("ends_at").notNull(),
    /** When it was ended before its time. */
    endedAt: timestamp("ended_at"),
  },
  (t) => [
    index("impersonations_user").on(t.userId),
    index("impersonations_operator").on(t.operatorId),
    index("impersonations_ends").on(t.endsAt),
  ],
);

/** Accounts at other systems (OpenID Connect, GitHub) that people sign in with. No token of theirs is stored. */
export const identities = table(
  "identities",
  {
    id: text("id").primaryKey().$type<IdentityId>(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" })
      .$type<UserId>(),
    /** The issuer of the provider, and the account's name there: together they identify it, whatever its email is. */
    issuer: text("issuer").notNull(),
    subject: text("subject").notNull(),
    /** The email that the provider gave when it was linked, for people to recognize it by. */
    emailAtLink: text("email_at_link"),
    createdAt: timestamp("created_at").notNull(),
    lastUsedAt: timestamp("last_used_at").notNull(),
  },
  (t) => [uniqueIndex("identities_issuer_subject").on(t.issuer, t.subject), index("identities_user").on(t.userId)],
);

/** Passkeys (WebAuthn, level 3). */
export const passkeys = table(
  "passkeys",
  {
    id: text("id").primaryKey().$type<PasskeyId>(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" })
      .$type<UserId>(),
    /** As the authenticator gave it, in base64url. */
    credentialId: text("credential_id").notNull().unique(),
    /** A COSE key in base64url. */
    publicKey: text("public_key").notNull(),
    /** The signature counter of the latest use; 0 where the authenticator has none. */
    counter: int("counter").notNull(),
    transports: json<string[]>("transports").notNull(),
    /** Whether it can be copied to other devices, ... */
    backupEligible: boolean("backup_eligible").notNull(),
    /** ... and has been. */
    backedUp: boolean("backed_up").notNull(),
    /** The model of the authenticator; zeros where it does not tell. */
    aaguid: text("aaguid").notNull(),
    name: text("name").notNull(),
    createdAt: timestamp("created_at").notNull(),
    lastUsedAt: timestamp("last_used_at"),
  },
  (t) => [index("passkeys_user").on(t.userId)],
);

/** Challenges and states that were used, so that none is used twice. They are computed; only the used ones are stored, until they expire. */
export const consumedChallenges = table(
  "consumed_challenges",
  { id: text("id").primaryKey(), expiresAt: timestamp("expires_at").notNull() },
  (t) => [index("consumed_challenges_expiry").on(t.expiresAt)],
);

/** Attempts that are allowed only so often within a window, by what they are counted for: `two-factor:usr_...`. */
export const attempts = table(
  "attempts",
  {
    subject: text("subject").primaryKey(),
    /** When they were made, milliseconds since 1970, the latest last. */
    times: json<number[]>("times").notNull(),
    /** When the last of them leaves its window. */
    expiresAt: timestamp("expires_at").notNull(),
  },
  (t) => [index("attempts_expiry").on(t.expiresAt)],
);

/** Wrong passwords in a row. */
export const loginFailures = table(
  "login_failures",
  {
    /** A user's id, or an email that has no account. */
    account: text("account").notNull(),
    /** Where they came from; see `users/login-attempts.ts`. */
    source: text("source").notNull(),
    failures: int("failures").notNull(),
    /** Until then passwords from this source are refused without being verified. */
    lockedUntil: timestamp("locked_until"),
    /** When they no longer count. */
    expiresAt: timestamp("expires_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.account, t.source] }), index("login_failures_expiry").on(t.expiresAt)],
);

/** The networks and devices from which users have signed in. */
export const knownSources = table(
  "known_sources",
  {
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" })
      .$type<UserId>(),
    kind: text("kind").notNull().$type<"network" | "device">(),
    /** `192.0.2.1`, `2001:db8::/64`, or `Firefox on macOS`. */
    name: text("name").notNull(),
    createdAt: timestamp("created_at").notNull(),
    lastUsedAt: timestamp("last_used_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.kind, t.name] }), index("known_sources_last_used").on(t.lastUsedAt)],
);

/** Organizations. A deleted one gives its slug free at once, and is kept for a while in case its owner changes their mind. */
export const organizations = table(
  "organizations",
  {
    id: text("id").primaryKey().$type<OrganizationId>(),
    name: text("name").notNull(),
    nameFolded: text("name_folded").notNull(),
    slug: text("slug").notNull(),
    plan: text("plan").notNull().$type<PlanName>(),
    /** Limits of its own in place of the plan's. */
    planOverrides: json<PlanOverrides>("plan_overrides"),
    /** Null where nothing is asked of members and keys. */
    policy: json<Policy>("policy"),
    createdAt: timestamp("created_at").notNull(),
    /** By an operator. */
    suspendedAt: timestamp("suspended_at"),
    deletedAt: timestamp("deleted_at"),
  },
  (t) => [
    uniqueIndex("organizations_slug").on(t.slug).where(sql`deleted_at is null`),
    index("organizations_deleted").on(t.deletedAt).where(sql`deleted_at is not null`),
  ],
);

/** Who belongs to which organization, with which role. */
export const memberships = table(
  "memberships",
  {
    id: text("id").primaryKey().$type<MembershipId>(),
    organizationId: text("organization_id")
      .notNull()
      .references(() => organizations.id, { onDelete: "cascade" })
      .$type<OrganizationId>(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" })
      .$type<UserId>(),
    /** The name of a built-in or custom role. */
    role: text("role").notNull(),
    /** The custom role; null for a built-in one. A custom role that is deleted and created anew under its name is another one. */
    roleId: text("role_id")
      .references(() => roles.id)
      .$type<RoleId>(),
    createdAt: timestamp("created_at").notNull(),
  },
  (t) => [
    uniqueIndex("memberships_organization_user").on(t.organizationId, t.userId),
    uniqueIndex("memberships_one_owner").on(t.organizationId).where(sql`role = 'owner'`),
    index("memberships_user").on(t.userId),
    index("memberships_organization_id").on(t.organizationId, t.id),
    index("memberships_role").on(t.roleId).where(sql`role_id is not null`),
  ],
);

/** Custom roles of organizations. The built-in ones are in `access/permissions.ts`. */
export const roles = table(
  "roles",
  {
    id: text("id").primaryKey().$type<RoleId>(),
    organizationId: text("organization_id")
      .notNull()
      .references(() => organizations.id, { onDelete: "cascade" })
      .$type<OrganizationId>(),
    /** Never changed. */
    name: text("name").notNull(),
    description: text("description"),
    permissions: json<Grant[]>("permissions").notNull(),
    createdAt: timestamp("created_at").notNull(),
  },
  (t) => [uniqueIndex("roles_organization_name").on(t.organizationId, t.name)],
);

/** Invitations to join an organization; an email has at most one open one in each. */
export const invitations = table(
  "invitations",
  {
    id: text("id").primaryKey().$type<InvitationId>(),
    /** What the token in the latest email stands for. */
    ticket: text("ticket").notNull().unique().$type<InvitationTicketId>(),
    organizationId: text("organization_id")
      .notNull()
      .references(() => organizations.id, { onDelete: "cascade" })
      .$type<OrganizationId>(),
    email: text("email").notNull(),
    /** As in `memberships`. */
    role: text("role").notNull(),
    roleId: text("role_id")
      .references(() => roles.id, { onDelete: "set null" })
      .$type<RoleId>(),
    /** The user who invites, or the creator of the key that does. */
    inviterId: text("inviter_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" })
      .$type<UserId>(),
    state: text("state").notNull().$type<"open" | "accepted" | "declined" | "canceled" | "expired">(),
    /** When its latest email was put into the outbox; null while it was held back. */
    emailedAt: timestamp("emailed_at"),
    createdAt: timestamp("created_at").notNull(),
    expiresAt: timestamp("expires_at").notNull(),
  },
  (t) => [
    uniqueIndex("invitations_one_open").on(t.organizationId, t.email).where(sql`state = 'open'`),
    index("invitations_email").on(t.email),
    index("invitations_expiry").on(t.expiresAt),
    index("invitations_organization_id").on(t.organizationId, t.id),
    index("invitations_role").on(t.roleId).where(sql`role_id is not null`),
    index("invitations_inviter").on(t.inviterId),
  ],
);

/** Offers of ownership; at most one in each organization. */
export const ownershipTransfers = table("ownership_transfers", {
  organizationId: text("organization_id")
    .primaryKey()
    .references(() => organizations.id, { onDelete: "cascade" })
    .$type<OrganizationId>(),
  fromUserId: text("from_user_id")
    .notNull()
    .references(() => users.id, { onDelete: "cascade" })
    .$type<UserId>(),
  toUserId: text("to_user_id")
    .notNull()
    .references(() => users.id, { onDelete: "cascade" })
    .$type<UserId>(),
  createdAt: timestamp("created_at").notNull(),
  expiresAt: timestamp("expires_at").notNull(),
});

/** API keys. The key itself is never stored: only its SHA-256, and its first characters to recognize it by. */
export const apiKeys = table(
  "api_keys",
  {
    id: text("id").primaryKey().$type<ApiKeyId>(),
    organizationId: text("organization_id")
      .notNull()
      .references(() => organizations.id, { onDelete: "cascade" })
      .$type<OrganizationId>(),
    /** The member it belongs to: their role bounds what it may do. */
    creatorId: text("creator_id")
      .notNull()
      .references(() => users.id)
      .$type<UserId>(),
    /** Who received the key itself when it was created or rotated. */
    createdById: text("created_by_id")
      .notNull()
      .references(() => users.id)
      .$type<UserId>(),
    /** The key that created it, or rotated its predecessor; null when a user did. */
    createdByKeyId: text("created_by_key_id").$type<ApiKeyId>(),
    name: text("name").notNull(),
    nameFolded: text("name_folded").notNull(),
    environment: text("environment").notNull().$type<"live" | "test">(),
    prefix: text("prefix").notNull(),
    hash: text("hash").notNull().unique(),
    scopes: json<Grant[]>("scopes").notNull(),
    rateLimit: int("rate_limit"),
    description: text("description"),
    descriptionFolded: text("description_folded"),
    metadata: json<Record<string, string>>("metadata"),
    /** The resources that it is bound to; null for one that is not bound to any. */
    only: json<string[]>("only"),
    /** IP addresses and CIDRs it may be used from; null for all. */
    allowedIps: json<string[]>("allowed_ips"),
    /** Its own end; its organization's policy can end it earlier. */
    expiresAt: timestamp("expires_at"),
    /** Set while it is disabled, which can be undone; a revocation cannot. */
    disabledAt: timestamp("disabled_at"),
    disabledBecause: text("disabled_because").$type<WhyDisabled>(),
    revokedAt: timestamp("revoked_at"),
    /** Its successor, once it was rotated. */
    replacedBy: text("replaced_by").$type<ApiKeyId>(),
    /** Workload tokens that expire at this time or earlier are refused. */
    tokensRevokedThrough: timestamp("tokens_revoked_through"),
    createdAt: timestamp("created_at").notNull(),
    lastUsedAt: timestamp("last_used_at"),
    lastUsedIp: text("last_used_ip"),
    lastUsedUserAgent: text("last_used_user_agent"),
    usageCount: int("usage_count").notNull(),
  },
  (t) => [
    index("api_keys_organization").on(t.organizationId),
    index("api_keys_expiry").on(t.expiresAt),
    index("api_keys_parent").on(t.createdByKeyId),
    index("api_keys_revoked").on(t.revokedAt).where(sql`revoked_at is not null`),
  ],
);

export type WhyDisabled =
  | "by_hand"
  | "creator_left"
  | "account_reset"
  | "unused"
  | "secret_known_to_former_member"
  | "secret_known_to_demoted_member";

/** Personal access tokens. They act for their user, and where that user belongs to. */
export const personalTokens = table(
  "personal_tokens",
  {
    id: text("id").primaryKey().$type<PersonalTokenId>(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" })
      .$type<UserId>(),
    /** The one organization it reaches; null for all that its user belongs to. */
    organizationId: text("organization_id")
      .references(() => organizations.id, { onDelete: "cascade" })
      .$type<OrganizationId>(),
    name: text("name").notNull(),
    prefix: text("prefix").notNull(),
    hash: text("hash").notNull().unique(),
    scopes: json<Grant[]>("scopes").notNull(),
    /** As for API keys. */
    only: json<string[]>("only"),
    allowedIps: json<string[]>("allowed_ips"),
    /** Its own end; the policy of an organization can end its access there earlier. */
    expiresAt: timestamp("expires_at"),
    /** When its user was told that it expires soon. */
    expiryToldAt: timestamp("expiry_told_at"),
    /** How its user had signed in when they created it. */
    method: text("method").notNull(),
    revokedAt: timestamp("revoked_at"),
    /** Its successor, once it was rotated. */
    replacedBy: text("replaced_by").$type<PersonalTokenId>(),
    /** Tokens derived from it that expire at this time or earlier are refused. */
    tokensRevokedThrough: timestamp("tokens_revoked_through"),
    createdAt: timestamp("created_at").notNull(),
    lastUsedAt: timestamp("last_used_at"),
    lastUsedIp: text("last_used_ip"),
    lastUsedUserAgent: text("last_used_user_agent"),
    usageCount: int("usage_count").notNull(),
  },
  (t) => [
    index("personal_tokens_user").on(t.userId),
    index("personal_tokens_organization").on(t.organizationId),
    index("personal_tokens_expiry").on(t.expiresAt),
    index("personal_tokens_revoked").on(t.revokedAt).where(sql`revoked_at is not null`),
  ],
);

/** What was decided in an organization about the access of a personal access token. Most have no row. */
export const tokenDecisions = table(
  "token_decisions",
  {
    tokenId: text("token_id")
      .notNull()
      .references(() => personalTokens.id, { onDelete: "cascade" })
      .$type<PersonalTokenId>(),
    organizationId: text("organization_id")
      .notNull()
      .references(() => organizations.id, { onDelete: "cascade" })
      .$type<OrganizationId>(),
    approvedAt: timestamp("approved_at"),
    /** For good: from then on the token has no access there, whatever else changes. */
    endedAt: timestamp("ended_at"),
  },
  (t) => [
    primaryKey({ columns: [t.tokenId, t.organizationId] }),
    index("token_decisions_organization").on(t.organizationId),
  ],
);

/** What was counted in a window. */
const windowColumns = () => ({
  /** The length of the window: 60, 3600 or 86400. */
  seconds: int("seconds").notNull(),
  /** Unix seconds. */
  start: int("start").notNull(),
  /** What was taken from the quota. */
  spent: int("spent").notNull(),
  ok: int("ok").notNull(),
  limited: int("limited").notNull(),
  denied: int("denied").notNull(),
});

/** What each key asked, by minute, hour and day: the history people look at, and the windows its limits are counted in. */
export const keyUsage = table(
  "key_usage",
  {
    keyId: text("key_id")
      .notNull()
      .references(() => apiKeys.id, { onDelete: "cascade" })
      .$type<ApiKeyId>(),
    ...windowColumns(),
  },
  (t) => [primaryKey({ columns: [t.keyId, t.seconds, t.start] }), index("key_usage_age").on(t.seconds, t.start)],
);

/** The same of each personal access token, by the same names, so that the same queries serve both. */
export const tokenUsage = table(
  "token_usage",
  {
    keyId: text("token_id")
      .notNull()
      .references(() => personalTokens.id, { onDelete: "cascade" })
      .$type<PersonalTokenId>(),
    ...windowColumns(),
  },
  (t) => [primaryKey({ columns: [t.keyId, t.seconds, t.start] }), index("token_usage_age").on(t.seconds, t.start)],
);

/** What was counted and is not in the windows yet, on SQLite: a row for many keys and a second. */
export const usageJournal = table(
  "usage_journal",
  {
    /** The keys whose rows go into the windows together. */
    batch: text("batch").notNull().$type<BatchId>(),
    number: int("number").notNull(),
    /** As `rowOf` of `usage/storing.ts` has them. */
    entries: text("entries").notNull(),
  },
  (t) => [primaryKey({ columns: [t.batch, t.number] })],
);

/** What emailed tokens stand for, each valid once and for one email. The tokens are computed, not stored. */
export const tickets = table(
  "tickets",
  {
    id: text("id").primaryKey().$type<TicketId>(),
    kind: text("kind").notNull().$type<TicketKind>(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" })
      .$type<UserId>(),
    /** The email it was sent to. */
    email: text("email").notNull(),
    /** For a link that signs in: the SHA-256, in base64url, of the verifier that the browser which asked for it keeps. */
    verifierHash: text("verifier_hash"),
    /** When it was opened elsewhere, and a code for that browser was shown. */
    codeShownAt: timestamp("code_shown_at"),
    createdAt: timestamp("created_at").notNull(),
    expiresAt: timestamp("expires_at").notNull(),
    /** When it was consumed, replaced or withdrawn. */
    endedAt: timestamp("ended_at"),
  },
  (t) => [
    index("tickets_user").on(t.userId),
    index("tickets_email").on(t.email),
    index("tickets_expiry").on(t.expiresAt),
  ],
);

export type TicketKind = "verify-email" | "reset-password" | "change-email" | "undo-email-change" | "sign-in";

/** Emails that visitors asked for, before anything looks whether the address has an account. One of a kind waits for each address. */
export const emailRequests = table(
  "email_requests",
  {
    id: text("id").primaryKey().$type<EmailRequestId>(),
    template: text("template").notNull().$type<"verify-email" | "reset-password" | "sign-in">(),
    email: text("email").notNull(),
    /** As in `tickets`. */
    verifierHash: text("verifier_hash"),
    /** The network the request came from; networks take turns. */
    source: text("source").notNull(),
    /** Its place in the order, in milliseconds: see `mail/turns.ts`. */
    position: int("position").notNull(),
    ip: text("ip").notNull(),
    userAgent: text("user_agent"),
    requestId: text("request_id").notNull(),
    createdAt: timestamp("created_at").notNull(),
  },
  (t) => [
    uniqueIndex("email_requests_template_email_source").on(t.template, t.email, t.source),
    index("email_requests_position").on(t.position),
    index("email_requests_source").on(t.source, t.position),
  ],
);

/** Emails on their way out, written in the transaction of their cause. A row holds no secret: its link is made when it is sent. */
export const outbox = table(
  "outbox",
  {
    id: text("id").primaryKey().$type<EmailId>(),
    to: text("to").notNull(),
    template: text("template").notNull(),
    values: json<Record<string, string>>("values").notNull(),
    /** Later occasions of the same kind that this email tells too; null where it tells one. */
    more: json<MoreOccasions>("more"),
    /** What the recipient had chosen, to write it in. */
    language: text("language"),
    timezone: text("timezone"),
    /** The id of what it is about, by which it is dropped when that is canceled. */
    about: text("about"),
    /** The organization that caused it, or its recipient; causes take turns. */
    cause: text("cause").notNull(),
    /** 0 for what someone waits for, 1 for notices. */
    priority: int("priority").notNull(),
    /** Its place in the order, in milliseconds: see `mail/turns.ts`. */
    position: int("position").notNull(),
    state: text("state").notNull().$type<"waiting" | "sent" | "failed" | "dropped">(),
    attempts: int("attempts").notNull(),
    /** When it may be tried, or tried again; while a process sends it, the end of that process's lease. */
    dueAt: timestamp("due_at").notNull(),
    /** Why the latest attempt failed, or why it was dropped. */
    failure: text("failure"),
    createdAt: timestamp("created_at").notNull(),
  },
  (t) => [
    index("outbox_state_due").on(t.state, t.dueAt),
    index("outbox_order").on(t.state, t.priority, t.position, t.dueAt),
    index("outbox_cause").on(t.cause, t.state, t.position),
    index("outbox_recipient").on(t.to, t.template, t.state),
    index("outbox_about").on(t.about),
  ],
);

export interface MoreOccasions {
  /** The values of the first of them. */
  listed: Record<string, string>[];
  /** How many came after those. */
  unlisted: number;
}

/** What other processes must forget, in the order it happened; see `cache/changes.sql.ts`. */
export const changes = table(
  "changes",
  {
    seq: rowId("seq"),
    topic: text("topic").notNull().$type<Topic>(),
    subject: text("subject").notNull(),
    at: timestamp("at").notNull(),
  },
  (t) => [index("changes_at").on(t.at)],
);

/** The length of each audit chain: one per organization, one per person. Changing its row puts writers in a queue. */
export const auditChains = table(
  "audit_chains",
  {
    chain: text("chain").primaryKey(),
    length: int("length").notNull(),
    /** The events up to this number have their webhook deliveries. */
    fannedOut: int("fanned_out").notNull().default(0),
  },
  (t) => [index("audit_chains_pending").on(t.chain).where(sql`fanned_out < length`)],
);

/** What happened, each event chained to the one before by its hash. Triggers refuse to change or remove rows. */
export const auditEvents = table(
  "audit_events",
  {
    id: text("id").primaryKey().$type<EventId>(),
    chain: text("chain").notNull(),
    seq: int("seq").notNull(),
    at: timestamp("at").notNull(),
    action: text("action").notNull(),
    actorType: text("actor_type")
      .notNull()
      .$type<"user" | "operator" | "key" | "personal_token" | "grant" | "system">(),
    actorId: text("actor_id"),
    targetId: text("target_id"),
    ip: text("ip"),
    userAgent: text("user_agent"),
    requestId: text("request_id"),
    /** Where the request stood in a trace, as it said. */
    traceparent: text("traceparent"),
    details: json<Record<string, unknown>>("details").notNull(),
    hash: text("hash").notNull(),
  },
  (t) => [uniqueIndex("audit_events_chain_seq").on(t.chain, t.seq), index("audit_events_at").on(t.at)],
);

/** The last event that retention removed from a chain. Only events up to a checkpoint can be removed. */
export const auditCheckpoints = table("audit_checkpoints", {
  chain: text("chain").primaryKey(),
  seq: int("seq").notNull(),
  hash: text("hash").notNull(),
  signature: text("signature").notNull(),
});

/** Who may use a key without knowing it: programs an OpenID Connect issuer vouches for with these claims. */
export const keyTrusts = table(
  "key_trusts",
  {
    id: text("id").primaryKey().$type<TrustId>(),
    keyId: text("key_id")
      .notNull()
      .references(() => apiKeys.id, { onDelete: "cascade" })
      .$type<ApiKeyId>(),
    issuer: text("issuer").notNull(),
    audience: text("audience").notNull(),
    claims: json<Record<string, string>>("claims").notNull(),
    createdById: text("created_by_id")
      .notNull()
      .references(() => users.id)
      .$type<UserId>(),
    /** The key that created it; null when a user did. */
    createdByKeyId: text("created_by_key_id").$type<ApiKeyId>(),
    createdAt: timestamp("created_at").notNull(),
  },
  (t) => [index("key_trusts_key").on(t.keyId)],
);

/** Identity tokens that were exchanged, by a hash of issuer and `jti`, until they expire; with what they were exchanged for. */
export const consumedIdentities = table(
  "consumed_identities",
  {
    id: text("id").primaryKey(),
    keyId: text("key_id").notNull().$type<ApiKeyId>(),
    /** The end of the workload token that was given. */
    tokenExpiresAt: timestamp("token_expires_at").notNull(),
    consumedAt: timestamp("consumed_at").notNull(),
    /** The end of the identity token. */
    expiresAt: timestamp("expires_at").notNull(),
  },
  (t) => [index("consumed_identities_expiry").on(t.expiresAt)],
);

/**
 * Apps that people can let act for them (OAuth 2.1). One that describes itself by a metadata document, and the command line, have a row from the
 * first time someone lets them.
 */
export const oauthClients = table(
  "oauth_clients",
  {
    /** `cli_...`, the https URL of a metadata document, or the name of an app that is built in. */
    id: text("id").primaryKey(),
    kind: text("kind").notNull().$type<ClientKind>(),
    /** Whose it is, and the only one in which it can be let; null for one of the whole installation. */
    organizationId: text("organization_id")
      .references(() => organizations.id, { onDelete: "cascade" })
      .$type<OrganizationId>(),
    name: text("name").notNull(),
    /** A page about it. */
    uri: text("uri"),
    redirectUris: json<string[]>("redirect_uris").notNull(),
    grantTypes: json<GrantType[]>("grant_types").notNull(),
    /** The most that it may be given; null for no limit of its own. */
    scopes: json<string[]>("scopes"),
    /** The SHA-256 of its secret; null for one that cannot keep any. */
    secretHash: text("secret_hash"),
    /** The one before, which is accepted too until `previousSecretUntil`. */
    previousSecretHash: text("previous_secret_hash"),
    previousSecretUntil: timestamp("previous_secret_until"),
    /** Of what registered itself: a hash of its metadata, so that the same metadata gives the same client. */
    fingerprint: text("fingerprint").unique(),
    createdById: text("created_by_id").$type<UserId>(),
    createdAt: timestamp("created_at").notNull(),
    /** When someone let it act for them first. */
    confirmedAt: timestamp("confirmed_at"),
    /** Since when an operator blocks it, who did, and why: meanwhile it gets no tokens, and those it has are refused. */
    blockedAt: timestamp("blocked_at"),
    blockedById: text("blocked_by_id").$type<UserId>(),
    blockedBecause: text("blocked_because"),
  },
  (t) => [
    index("oauth_clients_organization").on(t.organizationId, t.id),
    index("oauth_clients_unconfirmed").on(t.createdAt).where(sql`kind = 'dynamic' and confirmed_at is null`),
  ],
);

/** Registered by a person; by itself (RFC 7591); described by a document at its URL; part of Bask. */
export type ClientKind = "registered" | "dynamic" | "document" | "built-in";
export type GrantType = "authorization_code" | "refresh_token" | "urn:ietf:params:oauth:grant-type:device_code";

/**
 * What people let apps do for them: one row each time someone agrees. Its authorization code and refresh tokens are computed, and each rotation
 * changes this row and no other.
 */
export const oauthGrants = table(
  "oauth_grants",
  {
    rowId: rowId("row_id"),
    id: text("id").notNull().unique().$type<GrantId>(),
    clientId: text("client_id")
      .notNull()
      .references(() => oauthClients.id, { onDelete: "cascade" }),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" })
      .$type<UserId>(),
    organizationId: text("organization_id")
      .notNull()
      .references(() => organizations.id, { onDelete: "cascade" })
      .$type<OrganizationId>(),
    scopes: json<string[]>("scopes").notNull(),
    /** The service that its tokens are for. */
    resource: text("resource").notNull(),
    /** Where its code was sent; null for a device. */
    redirectUri: text("redirect_uri"),
    /** The SHA-256 of the verifier without which its code is worth nothing (RFC 7636). */
    codeChallenge: text("code_challenge"),
    nonce: text("nonce"),
    /** How the user had signed in, whether with a second factor, and when they had proven their identity last. */
    method: text("method").notNull(),
    twoFactor: boolean("two_factor").notNull(),
    confirmedAt: timestamp("confirmed_at").notNull(),
    /** As in `sessions`. */
    generation: int("generation").notNull(),
    rotatedAt: timestamp("rotated_at").notNull(),
    rotations: text("rotations").notNull(),
    createdAt: timestamp("created_at").notNull(),
    lastUsedAt: timestamp("last_used_at").notNull(),
    lastUsedIp: text("last_used_ip"),
    /** When its code was exchanged. Nothing can be done with a grant before. */
    redeemedAt: timestamp("redeemed_at"),
    /** The end of its code and, after that, of its current refresh token. */
    expiresAt: timestamp("expires_at").notNull(),
    /** The end of the grant, however often it is refreshed. */
    endsAt: timestamp("ends_at").notNull(),
    endedAt: timestamp("ended_at"),
    endedBecause: text("ended_because").$type<EndOfGrant>(),
  },
  (t) => [
    index("oauth_grants_user").on(t.userId, t.endedAt),
    index("oauth_grants_organization").on(t.organizationId, t.userId),
    index("oauth_grants_client").on(t.clientId),
    index("oauth_grants_expiry").on(t.expiresAt),
  ],
);

export type EndOfGrant =
  | "disconnected"
  | "revoked"
  | "code_reused"
  | "reuse_detected"
  | "too_many"
  | "member_left"
  | "account_recovered"
  | "account_deleted"
  | "ended_by_operator"
  | "ended_by_organization"
  | "restored_from_backup";

/** Devices that wait until their user has typed a code somewhere else (RFC 8628). */
export const oauthDeviceCodes = table(
  "oauth_device_codes",
  {
    id: text("id").primaryKey().$type<DeviceCodeId>(),
    /** What people type, without the hyphen. */
    userCode: text("user_code").notNull().unique(),
    clientId: text("client_id").notNull(),
    scopes: json<string[]>("scopes").notNull(),
    resource: text("resource").notNull(),
    ip: text("ip").notNull(),
    /** The network it asked from, of which so many can wait at once. */
    network: text("network").notNull(),
    userAgent: text("user_agent"),
    /** Seconds between two of its questions; longer after each that came too early. */
    interval: int("interval").notNull(),
    /** When it may ask again. */
    nextPollAt: timestamp("next_poll_at").notNull(),
    state: text("state").notNull().$type<"pending" | "approved" | "denied" | "redeemed">(),
    grantId: text("grant_id").$type<GrantId>(),
    createdAt: timestamp("created_at").notNull(),
    expiresAt: timestamp("expires_at").notNull(),
  },
  (t) => [
    index("oauth_device_codes_network").on(t.network, t.expiresAt),
    index("oauth_device_codes_expiry").on(t.expiresAt),
  ],
);

/** What was told about a key, so that it is told once. */
export const keyAlerts = table(
  "key_alerts",
  {
    keyId: text("key_id")
      .notNull()
      .references(() => apiKeys.id, { onDelete: "cascade" })
      .$type<ApiKeyId>(),
    alert: text("alert")
      .notNull()
      .$type<
        | "expires_in_7_days"
        | "expires_in_1_day"
        | "unused"
        | "switched_off"
        | "day_nearly_used_up"
        | "day_used_up"
        | "new_network"
      >(),
    /** What tells one occasion from the next: the end, the last use or the day, in milliseconds since 1970. */
    subject: int("subject").notNull(),
    at: timestamp("at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.keyId, t.alert, t.subject] }), index("key_alerts_at").on(t.at)],
);

/** Networks that a key was used from: an IPv4 /24 or an IPv6 /48. */
export const keyNetworks = table(
  "key_networks",
  {
    keyId: text("key_id")
      .notNull()
      .references(() => apiKeys.id, { onDelete: "cascade" })
      .$type<ApiKeyId>(),
    network: text("network").notNull(),
    /** When it was seen first. */
    at: timestamp("at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.keyId, t.network] })],
);

/** What was asked with an Idempotency-Key, and how it was answered. */
export const idempotencyKeys = table(
  "idempotency_keys",
  {
    /** A hash of who asked and the key they sent. */
    id: text("id").primaryKey(),
    /** A hash of what they asked. */
    request: text("request").notNull(),
    claimedAt: timestamp("claimed_at").notNull(),
    /** Set in the transaction of what was asked for. */
    doneAt: timestamp("done_at"),
    /** The response, sealed: it may contain a key that is shown once. */
    sealedResponse: text("sealed_response"),
  },
  (t) => [index("idempotency_keys_claimed").on(t.claimedAt)],
);

/** Repeated work of a product: when each job was started last, in any process. */
export const jobs = table("jobs", { name: text("name").primaryKey(), startedAt: timestamp("started_at").notNull() });

/** One row: what this data belongs to. */
export const installation = table("installation", {
  id: text("id").primaryKey().$type<"installation">(),
  /** By which the current secret is recognized; it says nothing about the secret. */
  fingerprint: text("fingerprint").notNull(),
  /** The PUBLIC_URL of the latest start. */
  publicUrl: text("public_url").notNull(),
  /** When its first user was created with the link of the start; null where that was not how it began. */
  setUpAt: timestamp("set_up_at"),
  /** When a process last was there that signs access tokens with each algorithm. */
  eddsaSignedAt: timestamp("eddsa_signed_at"),
  es256SignedAt: timestamp("es256_signed_at"),
  rs256SignedAt: timestamp("rs256_signed_at"),
});

/** The secrets on which data may depend. */
export const secrets = table("secrets", {
  /** Its key id; see `crypto/keyring.ts`. */
  id: text("id").primaryKey(),
  /** Since when processes sign and seal with it; null while they only verify with it. */
  signsSince: timestamp("signs_since"),
  /** When a process last was there that signs with it. */
  signedAt: timestamp("signed_at"),
});

/** The processes that serve this data. */
export const processes = table(
  "processes",
  {
    id: text("id").primaryKey().$type<ProcessId>(),
    version: text("version").notNull(),
    /** The key ids of its secrets, the one it signs with first. */
    secrets: json<string[]>("secrets").notNull(),
    startedAt: timestamp("started_at").notNull(),
    /** A process that was not seen for a minute is gone. */
    seenAt: timestamp("seen_at").notNull(),
  },
  (t) => [index("processes_seen").on(t.seenAt)],
);

/** Endpoints that an organization's events are sent to. */
export const webhooks = table(
  "webhooks",
  {
    id: text("id").primaryKey().$type<WebhookId>(),
    /** Whose events it sends; null for those of the whole installation. */
    organizationId: text("organization_id")
      .references(() => organizations.id, { onDelete: "cascade" })
      .$type<OrganizationId>(),
    url: text("url").notNull(),
    description: text("description"),
    /** Event types, `noun.*` or `*`. */
    events: json<string[]>("events").notNull(),
    /** How requests are signed: `v1` with HMAC-SHA256, `v1a` with Ed25519. */
    signatureScheme: text("signature_scheme").notNull().default("v1").$type<"v1" | "v1a">(),
    sealedSecret: text("sealed_secret").notNull(),
    /** What verifies `v1a` signatures. */
    publicKey: text("public_key"),
    /** The secret before the last rotation, which signs too until `previousSecretUntil`. */
    previousSealedSecret: text("previous_sealed_secret"),
    previousSecretUntil: timestamp("previous_secret_until"),
    /** Who chose its URL or saw its secret last, and with which key if they used one. */
    setUpById: text("set_up_by_id").$type<UserId>(),
    setUpByKeyId: text("set_up_by_key_id").$type<ApiKeyId>(),
    /** Only events with a larger number in the organization's log are sent. */
    startsAfter: int("starts_after").notNull(),
    /** Of the installation: only events that are not older are sent. */
    startsAt: timestamp("starts_at"),
    createdAt: timestamp("created_at").notNull(),
    disabledAt: timestamp("disabled_at"),
    disabledBecause: text("disabled_because").$type<WhyWebhookDisabled>(),
    /** The first failure after the last success. */
    failingSince: timestamp("failing_since"),
    /** When its organization was told that it fails. */
    warnedAt: timestamp("warned_at"),
    /** Whether its latest response took long. */
    slow: boolean("slow").notNull().default(false),
    /** When its earliest delivery is due; null while none waits. */
    dueAt: timestamp("due_at"),
    /** While a process sends its deliveries: until when no other may. */
    leaseEnd: timestamp("lease_end"),
    /** How often a process has taken the lease; tells the one that holds it from one that lost it. */
    turn: int("turn").notNull(),
  },
  (t) => [index("webhooks_organization").on(t.organizationId, t.id), index("webhooks_due").on(t.dueAt)],
);

/** Where the audit log of an organization is streamed to. */
export const auditStreams = table("audit_streams", {
  organizationId: text("organization_id")
    .primaryKey()
    .references(() => organizations.id, { onDelete: "cascade" })
    .$type<OrganizationId>(),
  url: text("url").notNull(),
  /** The bearer token of its requests. */
  sealedToken: text("sealed_token").notNull(),
  setUpById: text("set_up_by_id").$type<UserId>(),
  setUpByKeyId: text("set_up_by_key_id").$type<ApiKeyId>(),
  /** The number of the last event that the receiver has accepted. */
  position: int("position").notNull(),
  createdAt: timestamp("created_at").notNull(),
  disabledAt: timestamp("disabled_at"),
  disabledBecause: text("disabled_because").$type<WhyWebhookDisabled>(),
  /** The first failure after the last success, and the latest one. */
  failingSince: timestamp("failing_since"),
  lastFailure: text("last_failure"),
  warnedAt: timestamp("warned_at"),
  /** Failures since the last success; each doubles the wait. */
  failures: int("failures").notNull(),
  /** When it may be tried; while a process sends, the end of its lease. */
  dueAt: timestamp("due_at").notNull(),
  /** How often a process has taken the lease; tells the one that holds it from one that lost it. */
  turn: int("turn").notNull(),
});

export type WhyWebhookDisabled =
  | "by_hand"
  | "gone"
  | "failing"
  | "set_up_by_former_member"
  | "set_up_by_demoted_member"
  | "account_reset"
  | "restored_from_backup";

/** Events on their way to endpoints: one row for each event and endpoint. */
export const webhookDeliveries = table(
  "webhook_deliveries",
  {
    id: text("id").primaryKey().$type<DeliveryId>(),
    webhookId: text("webhook_id")
      .notNull()
      .references(() => webhooks.id, { onDelete: "cascade" })
      .$type<WebhookId>(),
    /** The `webhook-id` of every attempt. */
    eventId: text("event_id").notNull().$type<EventId>(),
    /** The number of the event in its log; 0 for a test. */
    seq: int("seq").notNull(),
    type: text("type").notNull(),
    /** The body, byte for byte the same in every attempt. */
    payload: text("payload").notNull(),
    /** Of the request that caused the event; sent with every attempt. */
    traceparent: text("traceparent"),
    status: text("status").notNull().$type<DeliveryStatus>(),
    /** A test or a repetition that someone asked for: it is tried once, and says nothing about the endpoint's health. */
    manual: boolean("manual").notNull(),
    /** Attempts of the current schedule, one under way included. */
    attempts: int("attempts").notNull(),
    /** When it may be tried; while a process tries it, the end of its lease. */
    dueAt: timestamp("due_at").notNull(),
    /** The latest attempts. */
    history: json<DeliveryAttempt[]>("history").notNull(),
    /** The beginning of the latest response. */
    responseBody: text("response_body"),
    createdAt: timestamp("created_at").notNull(),
  },
  (t) => [
    uniqueIndex("webhook_deliveries_event").on(t.webhookId, t.eventId),
    index("webhook_deliveries_due").on(t.webhookId, t.status, t.dueAt, t.seq),
    index("webhook_deliveries_list").on(t.webhookId, t.id),
    index("webhook_deliveries_created").on(t.createdAt),
  ],
);

/** `paused` while the webhook is disabled; `canceled` when it was enabled again without what it missed. */
export type DeliveryStatus = "pending" | "paused" | "succeeded" | "failed" | "canceled";

export interface DeliveryAttempt {
  /** ISO 8601. */
  at: string;
  /** The HTTP status of the response; null where there was none. */
  responseStatus: number | null;
  /** Why there was none. */
  failure: string | null;
}
