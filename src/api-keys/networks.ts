import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import { startOf } from "../limits/windows";
import { claimAlert } from "./alerts.sql";
import { addNetworks, countNetworks, findKeys, type KeyNetwork } from "./networks.sql";
import { notifyAdmins } from "./notices";

/** Networks recorded of a key. One that is used from more is used from everywhere, and a new network says nothing. */
export const maxNetworks = 100;

/** A network that a key was used from, with the IP address. */
export interface Sighting extends KeyNetwork {
  ip: string;
}

/**
 * Records from which networks keys are used. A network that is new to a key goes to the audit log of its organization and, once a day for each
 * key, to its admins by email; the first network of a key is only recorded.
 */
export async function recordNetworks(tx: Writer, sightings: readonly Sighting[]) {
  const known = await countNetworks(tx, [...new Set(sightings.map(({ keyId }) => keyId))]);
  const room = sightings.filter(({ keyId }) => (known.get(keyId) ?? 0) < maxNetworks);
  const added = new Set((await addNetworks(tx, room)).map(nameOf));
  const newcomers = room.filter((sighting) => {
    if (!added.has(nameOf(sighting))) return false;
    const before = known.get(sighting.keyId) ?? 0;
    known.set(sighting.keyId, before + 1);
    return before > 0;
  });
  if (newcomers.length === 0) return;
  const keys = new Map(
    (
      await findKeys(
        tx,
        newcomers.map(({ keyId }) => keyId),
      )
    ).map((key) => [key.id, key]),
  );
  for (const sighting of newcomers) await reportNewNetwork(tx, keys.get(sighting.keyId)!, sighting);
}

async function reportNewNetwork(
  tx: Writer,
  { id, organizationId, name, prefix }: Awaited<ReturnType<typeof findKeys>>[number],
  { network, ip }: Sighting,
) {
  await record(
    tx,
    { kind: "system" },
    { action: "api_key.new_network", chain: organizationId, target: id, details: { name, network, ip } },
  );
  const today = startOf(tx.now.getTime(), 86_400) * 1000;
  if (!(await claimAlert(tx, { keyId: id, alert: "new_network", subject: today }))) return;
  await notifyAdmins(tx, organizationId, {
    template: "key-new-network",
    values: { name, prefix, network, ip, at: tx.now },
  });
}

const nameOf = ({ keyId, network }: KeyNetwork) => `${keyId} ${network}`;
