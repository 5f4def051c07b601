import { count, eq, sql } from "drizzle-orm";
import { jsonEach, timestampFromMs } from "../db/columns";
import type { Reader, Writer } from "../db/database";
import { bind, isRemote, prepared } from "../db/prepared";
import { apiKeys, keyNetworks } from "../db/tables";
import type { ApiKeyId } from "../ids";

export interface KeyNetwork {
  keyId: ApiKeyId;
  network: string;
}

/** How many networks each of these keys was used from. */
export async function countNetworks(db: Reader, keyIds: ApiKeyId[]): Promise<Map<ApiKeyId, number>> {
  if (!isRemote) return new Map(keyIds.map((keyId) => [keyId, (networksOf(db, { keyId }) as Counted[])[0]!.networks]));
  const rows = await db
    .select({ keyId: keyNetworks.keyId, networks: count() })
    .from(keyNetworks)
    .where(sql`${keyNetworks.keyId} in ${oneOf(keyIds)}`)
    .groupBy(keyNetworks.keyId);
  return new Map(rows.map(({ keyId, networks }) => [keyId, networks]));
}

type Counted = { networks: number };

const networksOf = prepared<{ keyId: ApiKeyId }, Promise<Counted[]>>("networks_of", (db) =>
  db
    .select({ networks: count() })
    .from(keyNetworks)
    .where(eq(keyNetworks.keyId, sql.placeholder("keyId"))),
);

/** Adds networks of keys that exist. @returns those that are new */
export async function addNetworks(tx: Writer, networks: readonly KeyNetwork[]): Promise<KeyNetwork[]> {
  if (isRemote) return addTogether(tx, networks);
  return networks.filter(
    ({ keyId, network }) => (addNetwork(tx, { keyId, network, at: tx.now }) as unknown[]).length > 0,
  );
}

const addNetwork = prepared<{ keyId: ApiKeyId; network: string; at: Date }, Promise<object[]>>("add_network", (db) =>
  db
    .insert(keyNetworks)
    .select(
      sql`select ${apiKeys.id}, ${sql.placeholder("network")}, ${bind(keyNetworks.at, "at")}
        from ${apiKeys} where ${apiKeys.id} = ${sql.placeholder("keyId")}`,
    )
    .onConflictDoNothing()
    .returning({ network: keyNetworks.network }),
);

/** In one statement. */
async function addTogether(tx: Writer, networks: readonly KeyNetwork[]): Promise<KeyNetwork[]> {
  const rows = networks.map(({ keyId, network }) => [keyId, network]);
  return tx
    .insert(keyNetworks)
    .select(
      sql`select ${apiKeys.id}, value ->> 1, ${timestampFromMs(sql`cast(${tx.now.getTime()} as bigint)`)}
        from ${jsonEach(rows)} cross join ${apiKeys} where ${apiKeys.id} = value ->> 0`,
    )
    .onConflictDoNothing()
    .returning({ keyId: keyNetworks.keyId, network: keyNetworks.network });
}

export async function findKeys(db: Reader, ids: ApiKeyId[]) {
  return db
    .select({ id: apiKeys.id, organizationId: apiKeys.organizationId, name: apiKeys.name, prefix: apiKeys.prefix })
    .from(apiKeys)
    .where(sql`${apiKeys.id} in ${oneOf(ids)}`);
}

/** However many: a statement has room for some thousand values only. */
const oneOf = (ids: ApiKeyId[]) => sql`(select value ->> 0 from ${jsonEach(ids.map((id) => [id]))})`;
