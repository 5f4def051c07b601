import { and, asc, eq, gt, isNotNull, isNull, or, sql } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { contains } from "../db/search";
import { oauthClients, oauthGrants, organizations } from "../db/tables";
import type { UserId } from "../ids";
import type { PageOf } from "../paging";
import type { ClientRow } from "./clients.sql";
import { isLive } from "./grants.sql";

/** More need not be counted: a page of apps that each act for thousands is still read at once. */
const maxCounted = 500;

/** A client as operators see it. */
const shown = (now: Date) => ({
  id: oauthClients.id,
  kind: oauthClients.kind,
  name: oauthClients.name,
  uri: oauthClients.uri,
  redirectUris: oauthClients.redirectUris,
  createdAt: oauthClients.createdAt,
  blockedAt: oauthClients.blockedAt,
  blockedBy: oauthClients.blockedById,
  blockedBecause: oauthClients.blockedBecause,
  organizationId: organizations.id,
  organizationName: organizations.name,
  connections: sql<number>`(select count(*) from (select 1 from ${oauthGrants}
    where ${oauthGrants.clientId} = ${oauthClients.id} and ${isLive(now)} limit ${maxCounted}) counted)`.mapWith(
    Number,
  ),
});

/** Every client that is known, however it came, by its id. */
export async function listAllClients(
  db: Reader,
  { search, isBlocked }: { search: string | undefined; isBlocked: boolean | undefined },
  { after = "", limit }: PageOf,
  now: Date,
) {
  const blocked = isBlocked ? isNotNull(oauthClients.blockedAt) : isNull(oauthClients.blockedAt);
  return db
    .select(shown(now))
    .from(oauthClients)
    .leftJoin(organizations, eq(organizations.id, oauthClients.organizationId))
    .where(
      and(
        gt(oauthClients.id, after),
        isBlocked === undefined ? undefined : blocked,
        search === undefined
          ? undefined
          : or(contains(sql`lower(${oauthClients.name})`, search.toLowerCase()), contains(oauthClients.id, search)),
      ),
    )
    .orderBy(asc(oauthClients.id))
    .limit(limit);
}

export async function findAnyClient(db: Reader, id: string, now: Date) {
  const [client] = await db
    .select(shown(now))
    .from(oauthClients)
    .leftJoin(organizations, eq(organizations.id, oauthClients.organizationId))
    .where(eq(oauthClients.id, id));
  return client;
}

/** Blocks a client; undefined for one that is blocked, or not known. */
export async function blockRow(
  tx: Writer,
  id: string,
  { by, because }: { by: UserId; because: string },
): Promise<ClientRow | undefined> {
  const [client] = await tx
    .update(oauthClients)
    .set({ blockedAt: tx.now, blockedById: by, blockedBecause: because })
    .where(and(eq(oauthClients.id, id), isNull(oauthClients.blockedAt)))
    .returning();
  return client;
}

/** Takes the block of a client back; undefined for one that is not blocked, or not known. */
export async function unblockRow(tx: Writer, id: string): Promise<ClientRow | undefined> {
  const [client] = await tx
    .update(oauthClients)
    .set({ blockedAt: null, blockedById: null, blockedBecause: null })
    .where(and(eq(oauthClients.id, id), isNotNull(oauthClients.blockedAt)))
    .returning();
  return client;
}
