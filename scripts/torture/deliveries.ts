import { type Bask, createClient } from "../../src/sdk/client";
import type { BaskProcess } from "../../tests/support/process";
import { type Conduct, openEndpoint, openStreamReceiver } from "./endpoints";
import { faultsOfDeliveries, faultsOfWrites, ghost, type Hook, isSettled, type Tenant } from "./history";
import { account, auditFaults, credentials, type Place, rawly, type Scenario, within } from "./scenario";

const conducts: readonly Conduct[] = ["steady", "steady", "failing", "hanging", "redirecting", "gone", "gone"];
const subscriptions = [["role.*"], ["*"], ["role.created", "role.deleted"]] as const;
/** Its endpoint stays disabled; the others that were disabled are enabled again. */
const goneForGood = conducts.length - 1;

const pick = <T>(from: Iterable<T>): T => {
  const all = [...from];
  return all[Math.floor(Math.random() * all.length)]!;
};

async function openTenant(place: Place, ada: Bask, name: string): Promise<Tenant> {
  const { id } = await ada.organizations.create({ name });
  await rawly(place, `update organizations set plan = 'enterprise' where id = '${id}'`);
  const stream = openStreamReceiver();
  await ada.auditStream.set(id, { url: stream.url, token: "a-token-of-the-receiver" });
  const hooks: Hook[] = [];
  for (const [i, conduct] of conducts.entries()) {
    const endpoint = openEndpoint(conduct);
    const events = subscriptions[i % subscriptions.length]!;
    const webhook = await ada.webhooks.create(id, { url: endpoint.url, events: [...events] });
    endpoint.secrets = [webhook.secret];
    hooks.push({ id: webhook.id, events, endpoint });
  }
  return { id, hooks, stream };
}

/** One round's processes, and what its writers know. */
interface Round {
  alive: Set<BaskProcess>;
  authorization: string;
  isOver: boolean;
  /** Hears of each change that was acknowledged, and by whom. */
  onAcknowledged: (role: string, by: BaskProcess) => void;
}

/** Creates and deletes roles at whichever process lives. */
async function write({ id }: Tenant, round: Round, name: string) {
  for (let i = 0; !round.isOver; i++) {
    const bask = pick(round.alive);
    const role = `${name}-${i}`;
    const send = (method: string, path: string, body?: object) =>
      fetch(`${bask.url}/organizations/${id}/roles${path}`, {
        method,
        headers: { Authorization: round.authorization, "Content-Type": "application/json" },
        ...(body && { body: JSON.stringify(body) }),
      }).then(
        ({ status }) => status,
        () => 0,
      );
    if ((await send("POST", "", { name: role, permissions: ["organization:read"] })) === 201)
      round.onAcknowledged(role, bask);
    await send("DELETE", `/${role}`);
  }
}

/** Those whose deletion failed would fill the organization in the end, which has room for fifty. */
async function deleteRoles(ada: Bask, { id }: Tenant) {
  for (const { name, builtIn } of (await ada.roles.list(id)).data) if (!builtIn) await ada.roles.delete(id, name);
}

/** Records events in transactions that are rolled back, as a process does that is cut off from the database before it commits. */
async function rollBack({ url }: Place, { id }: Tenant, round: Round) {
  await using sql = new Bun.SQL(url, { max: 1 });
  for (let i = 0; !round.isOver; i++) {
    await sql
      .begin(async (tx) => {
        await tx.unsafe(`update audit_chains set length = length + 1 where chain = '${id}'`);
        await tx.unsafe(`insert into audit_events (id, chain, seq, at, action, actor_type, details, hash)
          select 'evt_ghost${i}', chain, length, now(), 'role.created', 'system', '{"name":"${ghost}"}', 'none'
          from audit_chains where chain = '${id}'`);
        await tx.unsafe("select pg_sleep(0.01)");
        throw new Error("undone");
      })
      .catch(() => {});
    // Sessions that are in a transaction at this moment lose it: Bask's, or that of the same here for another tenant.
    await sql
      .unsafe(`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and state = 'idle in transaction' and ${i % 5} = 0 limit 1`)
      .catch(() => {});
    await Bun.sleep(50);
  }
}

/** What is leased or waits for another attempt waits no more, as if a day had passed. The processes must have ended. */
const passDay = (place: Place) =>
  rawly(
    place,
    "update webhook_deliveries set due_at = due_at - interval '26 hours' where status = 'pending'",
    "update webhooks set due_at = due_at - interval '26 hours', lease_end = lease_end - interval '26 hours'",
    "update audit_streams set due_at = due_at - interval '26 hours'",
  );

async function endAll({ alive }: Round) {
  const all = [...alive];
  alive.clear();
  for (const bask of all) bask.kill("SIGKILL");
  await Promise.all(all.map(({ exited }) => exited));
}

export const deliveries: readonly Scenario[] = [
  {
    name: "webhooks of four processes, killed with kill -9",
    on: ["postgres"],
    isShort: true,
    async run(place) {
      const rounds = Math.ceil(10 * place.factor);
      /** One after the other: those that start at once take longer to reach PostgreSQL than a start may, where there are two cores. */
      const start = async () => {
        const started = new Set<BaskProcess>();
        while (started.size < 4) started.add(await place.start({ OUTBOUND_NETWORKS: "127.0.0.2" }));
        return started;
      };
      const tenants: Tenant[] = [];
      const acknowledged = new Set<string>();
      const faults: string[] = [];
      const round: Round = { alive: new Set(), authorization: "", isOver: false, onAcknowledged() {} };
      const begin = async () => {
        Object.assign(round, { alive: await start(), isOver: false });
        for (const bask of round.alive) {
          void bask.exited.then(() => {
            if (!round.alive.delete(bask)) return;
            faults.push(`a process ended by itself: ${bask.output().slice(-500)}`);
            round.isOver = true;
          });
        }
      };
      await begin();
      let ada = createClient({ url: pick(round.alive).url });
      await ada.auth.register(account("ada"));
      await ada.auth.login(credentials("ada"));
      for (const name of ["Engines", "Looms", "Mills"]) tenants.push(await openTenant(place, ada, name));
      const hooks = tenants.flatMap(({ hooks }) => hooks);
      /** From then on, for a day, every request must be signed with the secret before and with the new one. */
      const rotate = async ({ id, hooks }: Tenant) => {
        const { endpoint, id: hook } = hooks[0]!;
        endpoint.secrets = endpoint.secrets.slice(-1);
        const { secret } = await ada.webhooks.rotateSecret(id, hook);
        // What was under way has arrived by then.
        await Bun.sleep(300);
        endpoint.secrets.push(secret);
      };

      for (let i = 0; i < rounds; i++) {
        if (i > 0) {
          await passDay(place);
          await begin();
          ada = createClient({ url: pick(round.alive).url });
          await ada.auth.login(credentials("ada"));
        }
        for (const { hooks } of tenants) hooks[4]!.endpoint.conduct = i % 2 === 0 ? "redirecting" : "steady";
        round.authorization = `Bearer ${ada.tokens()!.accessToken}`;
        await Promise.all(tenants.map((tenant) => deleteRoles(ada, tenant)));
        await Promise.all(tenants.map(rotate));
        const enough = acknowledged.size + 60;
        const kill = (bask: BaskProcess) => {
          if (round.alive.size > 1 && round.alive.delete(bask)) bask.kill("SIGKILL");
        };
        round.onAcknowledged = (role, by) => {
          acknowledged.add(role);
          // One that has committed and not sent, and one that others wait for.
          if (acknowledged.size === enough - 40) kill(by);
          if (acknowledged.size === enough - 20) kill(pick(round.alive));
          if (acknowledged.size >= enough) round.isOver = true;
        };
        await Promise.all([
          ...tenants.flatMap((tenant, t) => [0, 1].map((w) => write(tenant, round, `r${i}t${t}w${w}`))),
          ...tenants.map((tenant) => rollBack(place, tenant, round)),
        ]);
        await endAll(round);
      }

      for (const { hooks, stream } of tenants) {
        stream.isFlaky = false;
        for (const { endpoint } of hooks.slice(0, goneForGood)) endpoint.conduct = "steady";
      }
      await passDay(place);
      await begin();
      ada = createClient({ url: pick(round.alive).url });
      await ada.auth.login(credentials("ada"));
      for (const { id, hooks } of tenants)
        for (const { id: hook } of hooks.slice(0, goneForGood))
          await ada.webhooks.update(id, hook, { enabled: true, missedEvents: "send" });
      if (!(await within(6_000 * rounds, () => isSettled(place)))) faults.push("something is still waiting");
      await endAll(round);
      for (const tenant of tenants) faults.push(...(await faultsOfDeliveries(place, tenant)));
      faults.push(...(await faultsOfWrites(place, acknowledged)));
      faults.push(...(await auditFaults(place)));
      await Promise.all(
        [...hooks.map(({ endpoint }) => endpoint), ...tenants.map(({ stream }) => stream)].map((end) => end.close()),
      );
      const arrived = hooks.reduce((sum, { endpoint }) => sum + endpoint.arrivals.size, 0);
      return {
        rounds,
        checked: `${acknowledged.size} acknowledged changes, ${arrived} deliveries, streams, audit chains`,
        faults,
      };
    },
  },
];
