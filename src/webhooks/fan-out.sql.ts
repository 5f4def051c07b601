import { and, asc, eq, inArray, isNull, lt, or, sql } from "drizzle-orm";
import { jsonEach } from "../db/columns";
import type { Reader, Writer } from "../db/database";
import { auditChains, webhooks } from "../db/tables";
import type { OrganizationId } from "../ids";

export type PendingChain = typeof auditChains.$inferSelect;

/** Chains with events that were not looked at for webhooks yet. */
export async function listPendingChains(db: Reader, max: number): Promise<PendingChain[]> {
  return db
    .select()
    .from(auditChains)
    .where(lt(auditChains.fannedOut, auditChains.length))
    .orderBy(asc(auditChains.chain))
    .limit(max);
}

/** Which of these chains have webhooks; all, when the installation has any. */
export async function listHeardChains(db: Reader, chains: string[]): Promise<Set<string>> {
  const rows = await db
    .selectDistinct({ chain: webhooks.organizationId })
    .from(webhooks)
    .where(or(inArray(webhooks.organizationId, chains as OrganizationId[]), isNull(webhooks.organizationId)));
  if (rows.some(({ chain }) => chain === null)) return new Set(chains);
  return new Set(rows.map(({ chain }) => chain!));
}

/**
 * Passes over the events of chains without webhooks, as far as nothing was added since they were read: what comes later may be for a
 * webhook that was created after this looked.
 */
export async function skipUnheard(tx: Writer, chains: PendingChain[]) {
  const read = jsonEach(chains.map(({ chain, length }) => [chain, String(length)]));
  await tx
    .update(auditChains)
    .set({ fannedOut: sql`${auditChains.length}` })
    .where(
      and(
        sql`(${auditChains.chain}, cast(${auditChains.length} as text)) in (select value ->> 0, value ->> 1 from ${read})`,
        sql`not exists (select 1 from ${webhooks} where ${webhooks.organizationId} = ${auditChains.chain} or ${webhooks.organizationId} is null)`,
      ),
    );
}

/** Notes up to where a chain was fanned out, unless another process did. */
export async function advanceChain(tx: Writer, chain: string, from: number, to: number) {
  await tx
    .update(auditChains)
    .set({ fannedOut: to })
    .where(and(eq(auditChains.chain, chain), eq(auditChains.fannedOut, from)));
}
