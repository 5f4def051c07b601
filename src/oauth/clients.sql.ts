import { and, asc, desc, eq, isNull, lt, sql } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { deleteSome } from "../db/delete-some";
import { oauthClients } from "../db/tables";
import type { OrganizationId } from "../ids";

export type ClientRow = typeof oauthClients.$inferSelect;

/** What a client has only once someone says so. */
export const plainClient = {
  organizationId: null,
  uri: null,
  scopes: null,
  secretHash: null,
  previousSecretHash: null,
  previousSecretUntil: null,
  fingerprint: null,
  createdById: null,
  confirmedAt: null,
  blockedAt: null,
  blockedById: null,
  blockedBecause: null,
} satisfies Partial<ClientRow>;

export async function findClientRow(db: Reader, id: string): Promise<ClientRow | undefined> {
  return (await db.select().from(oauthClients).where(eq(oauthClients.id, id)))[0];
}

/** Inserts a client; undefined where one that registered with the same metadata is there already. */
export async function insertClient(tx: Writer, client: ClientRow): Promise<ClientRow | undefined> {
  return (await tx.insert(oauthClients).values(client).onConflictDoNothing().returning())[0];
}

export async function findClientByFingerprint(db: Reader, fingerprint: string): Promise<ClientRow | undefined> {
  return (await db.select().from(oauthClients).where(eq(oauthClients.fingerprint, fingerprint)))[0];
}

/** Notes that someone lets a client act for them. What a document says of it now takes the place of what it said before. */
export async function confirmClient(tx: Writer, client: ClientRow) {
  const { id, name, uri, redirectUris, grantTypes, scopes } = client;
  await tx
    .insert(oauthClients)
    .values({ ...client, confirmedAt: tx.now })
    .onConflictDoUpdate({
      target: oauthClients.id,
      set: client.kind === "document" ? { name, uri, redirectUris, grantTypes, scopes } : { confirmedAt: tx.now },
    });
  if (client.kind === "dynamic") {
    await tx
      .update(oauthClients)
      .set({ confirmedAt: tx.now })
      .where(and(eq(oauthClients.id, id), isNull(oauthClients.confirmedAt)));
  }
}

/** The clients of an organization, or those of the whole installation that people registered, in the order they were created. */
export async function listClients(db: Reader, organizationId: OrganizationId | null): Promise<ClientRow[]> {
  return db
    .select()
    .from(oauthClients)
    .where(
      organizationId
        ? eq(oauthClients.organizationId, organizationId)
        : and(isNull(oauthClients.organizationId), eq(oauthClients.kind, "registered")),
    )
    .orderBy(asc(oauthClients.id));
}

/** A registered client of an organization, or of the whole installation. */
export async function findOwnClient(
  db: Reader,
  organizationId: OrganizationId | null,
  id: string,
): Promise<ClientRow | undefined> {
  const [client] = await db.select().from(oauthClients).where(ownClient(organizationId, id));
  return client;
}

const ownClient = (organizationId: OrganizationId | null, id: string) =>
  and(
    eq(oauthClients.id, id),
    eq(oauthClients.kind, "registered"),
    organizationId ? eq(oauthClients.organizationId, organizationId) : isNull(oauthClients.organizationId),
  );

export async function updateClient(
  tx: Writer,
  organizationId: OrganizationId | null,
  id: string,
  changes: Partial<ClientRow>,
): Promise<ClientRow | undefined> {
  const [client] = await tx.update(oauthClients).set(changes).where(ownClient(organizationId, id)).returning();
  return client;
}

/** Deletes a client with everything that people have let it do. */
export async function deleteClient(tx: Writer, organizationId: OrganizationId | null, id: string) {
  await tx.delete(oauthClients).where(ownClient(organizationId, id));
}

/** Clients that registered themselves and that no one has let act for them. One that an operator blocks stays, or it would register anew. */
const isUnconfirmed = and(
  sql`${oauthClients.kind} = 'dynamic' and ${oauthClients.confirmedAt} is null`,
  isNull(oauthClients.blockedAt),
);

/** Deletes unconfirmed clients that registered before a time. */
export const pruneClients = (tx: Writer, before: Date, max: number) =>
  deleteSome(tx, oauthClients, and(isUnconfirmed, lt(oauthClients.createdAt, before)), max);

/** Makes room for one unconfirmed client where there are `max`: the oldest goes. */
export async function makeRoomForUnconfirmed(tx: Writer, max: number) {
  const [oldest] = await tx
    .select({ id: oauthClients.id })
    .from(oauthClients)
    .where(isUnconfirmed)
    .orderBy(desc(oauthClients.createdAt))
    .offset(max - 1)
    .limit(1);
  if (oldest) await tx.delete(oauthClients).where(and(eq(oauthClients.id, oldest.id), isUnconfirmed));
}
