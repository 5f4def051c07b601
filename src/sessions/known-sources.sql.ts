import { and, eq, gte, inArray, lt, sql } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { deleteSome } from "../db/delete-some";
import { bind, prepared } from "../db/prepared";
import { knownSources } from "../db/tables";
import type { UserId } from "../ids";

/** Whether a user has signed in from a network before. */
export async function isKnownNetwork(db: Reader, userId: UserId, network: string): Promise<boolean> {
  return (await knownSource(db, { userId, kind: "network", name: network })).length > 0;
}

/** The networks among these from which a user has signed in before. */
export async function knownNetworksAmong(db: Reader, userId: UserId, networks: string[]): Promise<Set<string>> {
  const rows = await db
    .select({ name: knownSources.name })
    .from(knownSources)
    .where(
      and(eq(knownSources.userId, userId), eq(knownSources.kind, "network"), inArray(knownSources.name, networks)),
    );
  return new Set(rows.map(({ name }) => name));
}

/** Whether a user has signed in before, but never with a device of this kind. */
export async function isNewDevice(db: Reader, userId: UserId, device: string): Promise<boolean> {
  const isKnown = (await knownSource(db, { userId, kind: "device", name: device })).length > 0;
  return !isKnown && (await anyDevice(db, { userId })).length > 0;
}

const isTheirs = eq(knownSources.userId, sql.placeholder("userId"));

const knownSource = prepared<{ userId: UserId; kind: string; name: string }, Promise<{ name: string }[]>>(
  "known_source",
  (db) =>
    db
      .select({ name: knownSources.name })
      .from(knownSources)
      .where(
        and(isTheirs, eq(knownSources.kind, sql.placeholder("kind")), eq(knownSources.name, sql.placeholder("name"))),
      ),
);

const anyDevice = prepared<{ userId: UserId }, Promise<{ name: string }[]>>("any_known_device", (db) =>
  db
    .select({ name: knownSources.name })
    .from(knownSources)
    .where(and(isTheirs, eq(knownSources.kind, "device")))
    .limit(1),
);

/** Remembers the network and the device of a sign-in. */
export async function rememberSources(tx: Writer, userId: UserId, network: string, device: string) {
  await remember(tx, { userId, network, device, now: tx.now });
}

const remember = prepared<{ userId: UserId; network: string; device: string; now: Date }, Promise<unknown>>(
  "remember_sources",
  (db) => {
    const row = (kind: "network" | "device") => ({
      userId: sql`${sql.placeholder("userId")}`,
      kind,
      name: sql`${sql.placeholder(kind)}`,
      createdAt: sql`${bind(knownSources.createdAt, "now")}`,
      lastUsedAt: sql`${bind(knownSources.lastUsedAt, "now")}`,
    });
    return db
      .insert(knownSources)
      .values([row("network"), row("device")] as never)
      .onConflictDoUpdate({
        target: [knownSources.userId, knownSources.kind, knownSources.name],
        set: { lastUsedAt: sql`excluded.last_used_at` },
      });
  },
);

/** Remembers a network in which a user proved to receive their email. */
export async function rememberNetwork(tx: Writer, userId: UserId, network: string) {
  await tx
    .insert(knownSources)
    .values({ userId, kind: "network", name: network, createdAt: tx.now, lastUsedAt: tx.now })
    .onConflictDoNothing();
}

/** Forgets the networks and devices from which a user signed in for the first time at this time or later. */
export async function deleteKnownSources(tx: Writer, userId: UserId, since: Date) {
  await tx.delete(knownSources).where(and(eq(knownSources.userId, userId), gte(knownSources.createdAt, since)));
}

/** Forgets the networks of a user. */
export async function deleteKnownNetworks(tx: Writer, userId: UserId) {
  await tx.delete(knownSources).where(and(eq(knownSources.userId, userId), eq(knownSources.kind, "network")));
}

/** Deletes networks and devices that were not used since these times. */
export async function pruneKnownSources(tx: Writer, networksBefore: Date, devicesBefore: Date, max: number) {
  const unused = (kind: "network" | "device", before: Date) =>
    and(eq(knownSources.kind, kind), lt(knownSources.lastUsedAt, before));
  const networks = await deleteSome(tx, knownSources, unused("network", networksBefore), max);
  return networks + (await deleteSome(tx, knownSources, unused("device", devicesBefore), max));
}
