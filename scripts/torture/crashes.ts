import { join } from "node:path";
import { createClient } from "../../src/sdk/client";
import { rowsOf } from "../../tests/support/migrations";
import {
  account,
  auditFaults,
  both,
  credentials,
  lostAccounts,
  type Place,
  rawly,
  register,
  type Scenario,
  statusWith,
  within,
} from "./scenario";

export const moved = join(import.meta.dir, "moved-clock.ts");

/** Someone with an organization and two keys that were used, at a server. */
export async function furnish(url: string) {
  const ada = createClient({ url });
  await ada.auth.register(account("ada"));
  await ada.auth.login(credentials("ada"));
  const { id } = await ada.organizations.create({ name: "Engines" });
  const newKey = async (name: string) => {
    const { id: keyId, key } = await ada.apiKeys.create(id, { name });
    return { keyId, header: { "X-API-Key": key } };
  };
  return { ada, id, newKey, token: () => ({ Authorization: `Bearer ${ada.tokens()!.accessToken}` }) };
}

/** Whether the file or cluster is whole. */
async function integrityFaults(place: Place): Promise<string[]> {
  if (place.dialect === "postgres") return [];
  const [check] = await rowsOf(place.url, "pragma integrity_check");
  return check?.integrity_check === "ok" ? [] : ["integrity_check"];
}

export const crashes: readonly Scenario[] = [
  {
    name: "kill -9 under load",
    on: both,
    async run(place) {
      const acknowledged: string[] = [];
      const rounds = Math.ceil(10 * place.factor);
      for (let round = 0; round < rounds; round++) {
        const bask = await place.start();
        const writers = Array.from({ length: 4 }, async (_, writer) => {
          for (let i = 0; i < 1_000; i++) {
            const name = `r${round}w${writer}i${i}`;
            const { status } = await register(bask, name);
            if (status === 0) return;
            if (status < 300) acknowledged.push(name);
          }
        });
        const enough = acknowledged.length + 5 + (round % 7);
        await within(60_000, async () => acknowledged.length >= enough);
        bask.kill("SIGKILL");
        await Promise.all(writers);
        await bask.exited;
      }
      const faults = [
        ...(await lostAccounts(place, acknowledged)),
        ...(await integrityFaults(place)),
        ...(await auditFaults(place)),
      ];
      return { rounds, checked: `${acknowledged.length} acknowledged writes, integrity, audit chains`, faults };
    },
  },
  {
    name: "stopped for two hours",
    on: both,
    isShort: true,
    async run(place) {
      const faults: string[] = [];
      const rounds = Math.ceil(3 * place.factor);
      const clock = join(place.folder, "clock");
      const sleeper = await place.start({ CLOCK_FILE: clock }, "--preload", moved, join(moved, "../../../src/main.ts"));
      const awake = await place.start();
      const { ada, id, newKey, token } = await furnish(awake.url);
      for (let round = 0; round < rounds; round++) {
        const { keyId, header } = await newKey(`Key ${round}`);
        const session = token();
        if ((await statusWith(sleeper, header)) !== 200) faults.push("a key is not served");
        await statusWith(sleeper, session);
        sleeper.kill("SIGSTOP");
        await ada.apiKeys.revoke(id, keyId);
        await ada.auth.logout();
        await ada.auth.login(credentials("ada"));
        await rawly(place, "delete from changes where seq < (select max(seq) from changes)");
        // PostgreSQL has the time, and moves with no clock of ours: what is older than a second must not be trusted.
        if (place.dialect === "postgres") await Bun.sleep(1_500);
        await Bun.write(clock, String((round + 1) * 2 * 3_600_000));
        sleeper.kill("SIGCONT");
        for (const headers of [header, session])
          if ((await statusWith(sleeper, headers)) === 200) faults.push("what was revoked meanwhile is served");
        const isWell = await within(10_000, async () => (await register(sleeper, `after${round}`)).status < 300);
        if (!isWell) faults.push("it does not serve again");
      }
      return { rounds, checked: "what was revoked meanwhile is refused at the first request", faults };
    },
  },
];
