import { type LiveSession, openSessionCache } from "./access/live-sessions";
import type { Permission } from "./access/permissions";
import { openPrincipalCache, type PrincipalCache } from "./access/principals";
import { listenToEvents } from "./audit/audit";
import type { Cache } from "./cache/cache";
import { type InvalidationFeed, openFeed } from "./cache/feed";
import { type Clock, openClock, type TimeSource } from "./clock";
import type { Config } from "./config/config";
import { ConfigError } from "./config/error";
import { makeOwnSecret } from "./config/own-secret";
import { type AccessTokens, openAccessTokens } from "./crypto/access-tokens";
import { type BackupCodes, openBackupCodes } from "./crypto/backup-codes";
import { type Checkpoints, openCheckpoints } from "./crypto/checkpoints";
import { type IdTokens, openDeviceTokens, openMailedTokens } from "./crypto/id-tokens";
import { openKeyring } from "./crypto/keyring";
import { openPasswords, type Passwords } from "./crypto/passwords";
import { openRefreshTokens, type RefreshTokens } from "./crypto/refresh-tokens";
import { openSealer, type Sealer } from "./crypto/sealed";
import { openWorkloadTokens, type WorkloadTokens } from "./crypto/workload-tokens";
import type { Change, Database } from "./db/database";
import { openDatabase, openExistingDatabase } from "./db/open";
import { extension } from "./extensions/extension";
import type { OrganizationId } from "./ids";
import { type Log, openLog } from "./log";
import { type Mailer, openMailer } from "./mail/mailer";
import { openEmailRenderer, type RenderEmail } from "./mail/render";
import { openUsage, type Usage } from "./usage/counting";
import { type Issuers, openIssuers } from "./workload-identity/issuers";

/** Everything a rule may need, opened once. */
export interface App {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly db: Database;
  readonly passwords: Passwords;
  readonly accessTokens: AccessTokens;
  readonly refreshTokens: RefreshTokens;
  readonly workloadTokens: WorkloadTokens;
  readonly issuers: Issuers;
  readonly mailedTokens: IdTokens;
  readonly deviceTokens: IdTokens;
  readonly mailer: Mailer;
  readonly renderEmail: RenderEmail;
  readonly sealer: Sealer;
  readonly backupCodes: BackupCodes;
  readonly checkpoints: Checkpoints;
  readonly liveSessions: Cache<LiveSession>;
  readonly principals: PrincipalCache;
  readonly usage: Usage;
  readonly feed: InvalidationFeed;
  /** Hears what a rule was permitted; only while it runs for an Idempotency-Key. */
  readonly onPermit?: (organizationId: OrganizationId, permission: Permission) => void;
  /** Set when the process was asked to stop: it finishes what it has and takes nothing new. */
  stopping: boolean;
}

/** What tests, and nobody else, put in the place of the real thing. */
export interface Parts {
  time?: TimeSource;
  log?: Log;
  mailer?: Mailer;
}

/** The only wiring in the program. @throws ConfigError, DatabaseRefused, DatabaseUnavailable */
export async function openApp(given: Config, parts: Parts = {}): Promise<App> {
  listenToEvents(extension.onEvent);
  const clock = openClock(parts.time);
  const db = await openDatabase(given.database, clock);
  const config = given.secretKeys.length > 0 ? given : { ...given, secretKeys: makeOwnSecret() };
  return wire(config, db, clock, parts);
}

/**
 * As `openApp`, for tools: an installation that is not there, or not up to date, is refused, and nothing is created or migrated.
 * @throws ConfigError, DatabaseRefused, DatabaseUnavailable
 */
export async function openExistingApp(config: Config): Promise<App> {
  if (config.secretKeys.length === 0)
    throw new ConfigError(
      "SECRET_KEY is not set, and there is no data/secret.key. Run this in the folder of the server.",
    );
  const clock = openClock();
  return wire(config, await openExistingDatabase(config.database, clock), clock);
}

async function wire(config: Config, db: Database, clock: Clock, parts: Parts = {}): Promise<App> {
  const keyring = openKeyring(config.secretKeys);
  const log = parts.log ?? openLog(config);
  const mailedTokens = openMailedTokens(keyring);
  const usage = openUsage(db, clock);
  const liveSessions = openSessionCache(clock, db.reader);
  const principals = openPrincipalCache(clock, db.reader, usage);
  return {
    config,
    clock,
    log,
    db,
    passwords: openPasswords(config.hashConcurrency),
    accessTokens: openAccessTokens(keyring, config.publicUrl),
    refreshTokens: openRefreshTokens(keyring),
    workloadTokens: openWorkloadTokens(keyring),
    issuers: openIssuers(config.oidcIssuers, clock),
    mailedTokens,
    deviceTokens: openDeviceTokens(keyring),
    mailer: parts.mailer ?? openMailer(config, log),
    renderEmail: openEmailRenderer(config, mailedTokens),
    sealer: openSealer(keyring),
    backupCodes: openBackupCodes(keyring),
    checkpoints: openCheckpoints(keyring),
    liveSessions,
    principals,
    usage,
    feed: await openFeed(db, clock, (change) => evictWhere(change, liveSessions, principals)),
    stopping: false,
  };
}

/** What a change makes untrue of what is remembered. */
function evictWhere({ topic, subject }: Change, liveSessions: Cache<LiveSession>, principals: PrincipalCache) {
  if (topic === "session") liveSessions.evict(subject);
  if (topic === "user") {
    liveSessions.evictWhere(({ userId }) => userId === subject);
    principals.evictWhere(({ creatorId }) => creatorId === subject);
  }
  if (topic === "organization") principals.evictWhere(({ organizationId }) => organizationId === subject);
  if (topic === "api-key") principals.evictWhere(({ keyId }) => keyId === subject);
}

/** Writes what is only in memory and lets go of the database. */
export async function closeApp(app: App) {
  await app.usage
    .save()
    .catch((error) => app.log.error({ err: error }, "the last uses of API keys could not be saved"));
  app.mailer.close();
  await app.db.close();
}
