import type { DerivedCache } from "./access/derived";
import type { KnownTokens } from "./access/known-tokens";
import type { LiveSession } from "./access/live-sessions";
import type { Demand } from "./access/permissions";
import type { PrincipalCache } from "./access/principals";
import type { Cache } from "./cache/cache";
import type { InvalidationFeed } from "./cache/feed";
import type { Clock } from "./clock";
import type { ClockCheck } from "./clock-check";
import type { Config } from "./config/config";
import type { AccessTokens } from "./crypto/access-tokens";
import type { BackupCodes } from "./crypto/backup-codes";
import type { Challenges } from "./crypto/challenges";
import type { Checkpoints } from "./crypto/checkpoints";
import type { IdTokens } from "./crypto/id-tokens";
import type { LinkCodes } from "./crypto/link-codes";
import type { Passwords } from "./crypto/passwords";
import type { RefreshTokens } from "./crypto/refresh-tokens";
import type { Sealer } from "./crypto/sealed";
import type { WorkloadTokens } from "./crypto/workload-tokens";
import type { Database } from "./db/database";
import type { ProviderClient } from "./identities/provider";
import type { GrantId, OrganizationId, SessionId } from "./ids";
import type { Log } from "./log";
import type { Mailer } from "./mail/mailer";
import type { RenderEmail } from "./mail/render";
import type { Tallies } from "./metrics/tallies";
import type { ClientDocuments } from "./oauth/client-documents";
import type { Outbound } from "./outbound/outbound";
import type { Usage } from "./usage/counting";
import type { Issuers } from "./workload-identity/issuers";

/** Everything a rule may need, opened once. */
export interface App {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly db: Database;
  readonly passwords: Passwords;
  readonly accessTokens: AccessTokens;
  readonly refreshTokens: RefreshTokens<SessionId>;
  readonly workloadTokens: WorkloadTokens;
  readonly derivedTokens: DerivedCache;
  readonly issuers: Issuers;
  readonly mailedTokens: IdTokens;
  readonly deviceTokens: IdTokens;
  readonly impersonationTokens: IdTokens;
  readonly setupTokens: IdTokens;
  readonly challenges: Challenges;
  readonly linkCodes: LinkCodes;
  /** By name. */
  readonly providers: ReadonlyMap<string, ProviderClient>;
  readonly clientDocuments: ClientDocuments;
  readonly outbound: Outbound;
  readonly mailer: Mailer;
  readonly renderEmail: RenderEmail;
  readonly sealer: Sealer;
  readonly backupCodes: BackupCodes;
  readonly checkpoints: Checkpoints;
  readonly knownTokens: KnownTokens;
  readonly liveSessions: Cache<LiveSession>;
  readonly principals: PrincipalCache;
  readonly usage: Usage;
  /** Whether an access token of an app that names this audience is meant for the API, ... */
  readonly apiAudience: (audience: string) => boolean;
  /** ... or for the endpoint of agents. */
  readonly mcpAudience: (audience: string) => boolean;
  readonly grantRefreshTokens: RefreshTokens<GrantId>;
  readonly authorizationCodes: IdTokens;
  readonly deviceCodes: IdTokens;
  readonly feed: InvalidationFeed;
  readonly clockCheck: ClockCheck;
  readonly tallies: Tallies;
  /** Hears what a rule was permitted; only while it runs for an Idempotency-Key. */
  readonly onPermit?: (organizationId: OrganizationId, demand: Demand, resource: string | undefined) => void;
  /** Set when the process was asked to stop: it finishes what it has and takes nothing new. */
  stopping: boolean;
}
