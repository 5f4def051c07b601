import { openDerivedCache } from "./access/derived";
import { openKnownTokens } from "./access/known-tokens";
import { type LiveSession, openSessionCache } from "./access/live-sessions";
import { openNetworks } from "./access/networks";
import { isStale, openPrincipalCache, type PrincipalCache } from "./access/principals";
import type { App } from "./app";
import { listenToEvents } from "./audit/audit";
import type { Cache } from "./cache/cache";
import { openFeed } from "./cache/feed";
import { type Clock, openClock, openSharedTime, type TimeSource } from "./clock";
import { type ClockCheck, openClockCheck } from "./clock-check";
import type { Config } from "./config/config";
import { ConfigError } from "./config/error";
import { makeOwnSecret, removeSecretDrafts } from "./config/own-secret";
import { openAccessTokens } from "./crypto/access-tokens";
import { openBackupCodes } from "./crypto/backup-codes";
import { openChallenges } from "./crypto/challenges";
import { openCheckpoints } from "./crypto/checkpoints";
import { openDerivedTokens } from "./crypto/derived-tokens";
import {
  openAuthorizationCodes,
  openDeviceCodes,
  openDeviceTokens,
  openImpersonationTokens,
  openMailedTokens,
  openSetupTokens,
} from "./crypto/id-tokens";
import { openKeyring } from "./crypto/keyring";
import { openLinkCodes } from "./crypto/link-codes";
import { openPasswords, type PasswordCost } from "./crypto/passwords";
import { openGrantRefreshTokens, openRefreshTokens } from "./crypto/refresh-tokens";
import { openSealer } from "./crypto/sealed";
import { openWorkloadTokens } from "./crypto/workload-tokens";
import type { Change, Database, Topic } from "./db/database";
import { openDatabase, openExistingDatabase } from "./db/open";
import { extension } from "./extensions/extension";
import { openProviders } from "./identities/providers";
import { markInstallation, requireItsSecret, requireSameInstallation } from "./installation/installation";
import { type Log, openLog } from "./log";
import { type Mailer, openMailer } from "./mail/mailer";
import { openEmailRenderer } from "./mail/render";
import { openTallies } from "./metrics/tallies";
import { openClientDocuments } from "./oauth/client-documents";
import { apiResources, mcpResource, openAudience } from "./oauth/resources";
import { openOutbound } from "./outbound/outbound";
import type { Resolve } from "./outbound/target";
import { requireNeededSecrets } from "./secrets/secrets";
import { openUsage } from "./usage/counting";
import { openIssuers } from "./workload-identity/issuers";

/** What only tests replace. */
export interface Parts {
  time?: TimeSource;
  log?: Log;
  mailer?: Mailer;
  passwordCost?: PasswordCost;
  /** Resolves the names of hosts that others chose. */
  resolve?: Resolve;
  /** Certificates in PEM that such hosts may have beside those the runtime trusts. */
  ca?: string;
}

/** The only wiring in the program. @throws ConfigError, DatabaseRefused, DatabaseUnavailable */
export async function openApp(given: Config, parts: Parts = {}): Promise<App> {
  const time = parts.time ? undefined : openSharedTime();
  const clock = openClock(parts.time ?? time);
  const db = await openDatabase(given.database, clock, undefined, (marks) => requireItsSecret(marks, given));
  return whileOpening(db, async () => {
    const log = parts.log ?? openLog(given);
    const clockCheck = openClockCheck(db, time, clock, log);
    await clockCheck.run();
    const config = given.secretKeys.length > 0 ? given : { ...given, secretKeys: makeOwnSecret() };
    if (config.ownSecret) removeSecretDrafts(clock.now());
    const warnings = await markInstallation(db, config, clock.now());
    const app = await wire(config, db, clock, clockCheck, log, parts);
    await app.usage.fold();
    for (const warning of warnings) app.log.warn(warning);
    return app;
  });
}

/**
 * As `openApp`, for tools: an installation that is not there, or not up to date, is refused, and nothing is created or migrated.
 * @param lenient whether SECRET_KEY may lack secrets that data needs, as for those who look what that is
 * @throws ConfigError, DatabaseRefused, DatabaseUnavailable
 */
export async function openExistingApp(config: Config, { lenient = false } = {}): Promise<App> {
  if (config.secretKeys.length === 0)
    throw new ConfigError(
      "SECRET_KEY is not set, and there is no data/secret.key. Run this in the folder of the server.",
    );
  const time = openSharedTime();
  const clock = openClock(time);
  const db = await openExistingDatabase(config.database, clock, (marks) => requireItsSecret(marks, config));
  return whileOpening(db, async () => {
    const log = openLog(config);
    const clockCheck = openClockCheck(db, time, clock, log);
    await clockCheck.run();
    if (!lenient) await requireNeededSecrets(db.reader, openKeyring(config.secretKeys), clock.date());
    return wire(config, db, clock, clockCheck, log);
  });
}

/** Waits for the database as a start does, and closes it when that fails. */
async function whileOpening(db: Database, open: () => Promise<App>): Promise<App> {
  try {
    return await db.patiently(open);
  } catch (error) {
    await db.close();
    throw error;
  }
}

async function wire(
  config: Config,
  db: Database,
  clock: Clock,
  clockCheck: ClockCheck,
  log: Log,
  parts: Parts = {},
): Promise<App> {
  listenToEvents(extension.onEvent);
  const keyring = openKeyring(config.secretKeys);
  const accessTokens = openAccessTokens(keyring, config.publicUrl, config.signingAlgorithm);
  await accessTokens.ready();
  const sealer = openSealer(keyring);
  const mailedTokens = openMailedTokens(keyring);
  const outbound = openOutbound({
    isOpened: openNetworks(config.outboundNetworks),
    resolve: parts.resolve,
    ca: parts.ca,
  });
  const usage = openUsage(db, clock);
  const liveSessions = openSessionCache(clock, db.reader);
  const principals = openPrincipalCache(clock, db.reader, usage, config.keyEnvironments);
  return {
    config,
    clock,
    log,
    db,
    passwords: openPasswords(config.hashConcurrency, clock, parts.passwordCost),
    accessTokens,
    refreshTokens: openRefreshTokens(keyring),
    grantRefreshTokens: openGrantRefreshTokens(keyring),
    authorizationCodes: openAuthorizationCodes(keyring),
    deviceCodes: openDeviceCodes(keyring),
    apiAudience: openAudience(apiResources(config)),
    mcpAudience: openAudience([mcpResource(config)]),
    workloadTokens: openWorkloadTokens(keyring),
    derivedTokens: openDerivedCache(openDerivedTokens(keyring)),
    issuers: openIssuers(config.oidcIssuers, clock, outbound),
    mailedTokens,
    deviceTokens: openDeviceTokens(keyring),
    impersonationTokens: openImpersonationTokens(keyring),
    setupTokens: openSetupTokens(keyring),
    challenges: openChallenges(keyring),
    linkCodes: openLinkCodes(keyring),
    providers: openProviders(config.providers, clock, outbound),
    clientDocuments: openClientDocuments(outbound.fetch, clock, config),
    outbound,
    mailer: parts.mailer ?? openMailer(config, log),
    renderEmail: openEmailRenderer(config, mailedTokens),
    sealer,
    backupCodes: openBackupCodes(keyring, sealer),
    checkpoints: openCheckpoints(keyring),
    knownTokens: openKnownTokens(),
    liveSessions,
    principals,
    usage,
    feed: await openFeed(db, clock, log, {
      evict: (changes) => evict(changes, liveSessions, principals),
      evictAll: () => evictAll(liveSessions, principals),
      requireSame: () => requireSameInstallation(db, config),
    }),
    clockCheck,
    tallies: openTallies(clock),
    stopping: false,
  };
}

function evictAll(liveSessions: Cache<LiveSession>, principals: PrincipalCache) {
  liveSessions.evictWhere(() => true);
  principals.evictWhere(() => true);
}

/** Evicts what changes make stale, in one pass however many they are: caches are large, and everything waits for a pass. */
function evict(changes: readonly Change[], liveSessions: Cache<LiveSession>, principals: PrincipalCache) {
  const of = (topic: Topic) => new Set(changes.flatMap((change) => (change.topic === topic ? [change.subject] : [])));
  if (of("installation").size > 0) return evictAll(liveSessions, principals);
  for (const session of of("session")) liveSessions.evict(session);
  const [users, organizations, credentials] = [of("user"), of("organization"), of("api-key")];
  if (users.size > 0) liveSessions.evictWhere(({ userId }) => users.has(userId));
  if (users.size + organizations.size + credentials.size > 0)
    principals.evictWhere((principal) => isStale(principal, { users, organizations, credentials }));
}

/** Milliseconds that the last uses of API keys are given, such as by a database that stands still. */
const saveTimeout = 2_500;

/** Saves what is only in memory and closes the database, which is closed in any case. */
export async function closeApp(app: App) {
  const saved = app.usage
    .close()
    .catch((error) => app.log.error({ err: error }, "the last uses of API keys could not be saved"));
  await Promise.race([saved, Bun.sleep(saveTimeout)]);
  await app.mailer.close();
  await app.db.close();
}
