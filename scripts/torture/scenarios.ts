import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rowsOf } from "../../tests/support/migrations";
import { main } from "../../tests/support/process";
import { startProxy } from "../../tests/support/proxy";
import { runScript } from "../../tests/support/scripts";
import type { Place, Scenario } from "./scenario";
import { timed, watchHealth } from "./scenario";

const both = ["sqlite", "postgres"] as const;
const account = (name: string) => ({
  email: `${name}@example.com`,
  password: "correct horse battery",
  fullName: "Ada",
});

/** What `bask audit verify` finds; empty when every chain is whole. */
async function auditFaults({ folder, environment }: Place): Promise<string[]> {
  const { exitCode, stdout, stderr } = await runScript(folder, ["bask", "audit", "verify"], { environment });
  return exitCode === 0 ? [] : [`audit verify: ${stdout}${stderr}`];
}

const numbers = ({ dialect }: Place, many: number) =>
  dialect === "postgres"
    ? `generate_series(1, ${many}) as n(i)`
    : `(with recursive n(i) as (select 1 union all select i + 1 from n where i < ${many}) select i from n)`;
const longAgo = ({ dialect }: Place) =>
  dialect === "postgres" ? "timestamptz '2020-01-01'" : String(Date.UTC(2020, 0));

export const scenarios: readonly Scenario[] = [
  {
    name: "kill -9 under load",
    on: both,
    async run(place) {
      const faults: string[] = [];
      const acknowledged: string[] = [];
      const rounds = 10 * place.factor;
      for (let round = 0; round < rounds; round++) {
        const bask = await place.start();
        if (bask.url === "") return { rounds: round, checked: "starts", faults: [`did not start: ${bask.output()}`] };
        const writers = Array.from({ length: 4 }, async (_, writer) => {
          for (let i = 0; i < 1_000; i++) {
            const name = `r${round}w${writer}i${i}`;
            const { status } = await timed(`${bask.url}/auth/register`, account(name));
            if (status === 0) return;
            if (status < 300) acknowledged.push(name);
          }
        });
        const enough = acknowledged.length + 5 + (round % 7);
        for (let i = 0; i < 1_000 && acknowledged.length < enough; i++) await Bun.sleep(10);
        bask.kill("SIGKILL");
        await Promise.all(writers);
        await bask.exited;
      }
      const rows = await rowsOf(place.url, "select email from users");
      const there = new Set(rows.map(({ email }) => email));
      const lost = acknowledged.filter((name) => !there.has(account(name).email));
      if (lost.length > 0) faults.push(`${lost.length} acknowledged accounts are lost`);
      if (place.dialect === "sqlite") {
        const [check] = await rowsOf(place.url, "pragma integrity_check");
        if (check?.integrity_check !== "ok") faults.push("integrity_check");
      }
      faults.push(...(await auditFaults(place)));
      return { rounds, checked: `${acknowledged.length} acknowledged writes, integrity, audit chains`, faults };
    },
  },
  {
    name: "network frozen, lost, refused",
    on: ["postgres"],
    async run(place) {
      const proxy = await startProxy(place.url);
      const bask = await place.start({ DATABASE_URL: proxy.url });
      const stop = watchHealth(bask);
      const faults: string[] = [];
      const rounds = 2 * place.factor;
      let worst = 0;
      const ask = (name: string) => timed(`${bask.url}/auth/register`, account(name));
      const isWell = async (name: string) => {
        for (let i = 0; i < 50; i++) if ((await ask(`${name}-${i}`)).status < 300) return;
        faults.push(`${name}: not well again`);
      };
      for (let round = 0; round < rounds; round++) {
        for (const [name, break_, mend] of [
          ["frozen", proxy.freeze, proxy.thaw],
          ["lost", proxy.lose, () => {}],
          ["refused", proxy.refuse, proxy.accept],
        ] as const) {
          await break_();
          const answers = await Promise.all(Array.from({ length: 4 }, (_, i) => ask(`${name}-${round}-${i}`)));
          worst = Math.max(worst, ...answers.map(({ ms }) => ms));
          if (answers.some(({ status, ms }) => status === 0 || ms > 5_000))
            faults.push(`${name}: ${JSON.stringify(answers)}`);
          await mend();
          await isWell(`${name}-${round}`);
        }
      }
      const health = await stop();
      if (health > 1_000) faults.push(`/health took ${Math.round(health)} ms`);
      await proxy.close();
      return { rounds, checked: "every request is answered within 5 s, and all is well again", faults, worstMs: worst };
    },
  },
  {
    name: "pruning of a large database",
    on: both,
    async run(place) {
      await (await place.start()).kill("SIGTERM");
      await Bun.sleep(1_000);
      const many = 250_000 * place.factor;
      const old = longAgo(place);
      const filler = `'${"x".repeat(400)}'`;
      for (const insert of [
        `insert into audit_events (id, chain, seq, at, action, actor_type, user_agent, details, hash) select 'evt_' || i, 'usr_old', i, ${old}, 'session.started', 'system', ${filler}, '{}', 'h' || i from ${numbers(place, many)}`,
        `insert into audit_chains (chain, length) values ('usr_old', ${many})`,
        `insert into login_failures (account, source, failures, expires_at) select i || ${filler}, 'one', 1, ${old} from ${numbers(place, many)}`,
        `insert into changes (topic, subject, at) select 'user', 'usr_' || i || ${filler}, ${old} from ${numbers(place, many)}`,
        `insert into attempts (subject, times, expires_at) select 'a' || i || ${filler}, '[]', ${old} from ${numbers(place, many)}`,
      ])
        await rowsOf(place.url, insert);
      const bask = await place.start();
      const stop = watchHealth(bask);
      const left = async () => {
        const tables = [
          "audit_events where chain = 'usr_old'",
          `login_failures where expires_at = ${old}`,
          `changes where at = ${old}`,
          `attempts where expires_at = ${old}`,
        ];
        const counts = await Promise.all(
          tables.map((table) => rowsOf(place.url, `select count(*) as n from ${table}`)),
        );
        return counts.reduce((sum, [row]) => sum + Number(row!.n), 0);
      };
      const deadline = Date.now() + 600_000 * place.factor;
      let rows = await left();
      while (rows > 1 && Date.now() < deadline) {
        await Bun.sleep(5_000);
        rows = await left();
      }
      const worstMs = await stop();
      const faults = rows > 1 ? [`${rows} rows are left`] : [];
      if (place.dialect === "sqlite" && worstMs > 50) faults.push(`/health took ${Math.round(worstMs)} ms`);
      return { rounds: 1, checked: `${4 * many} rows are pruned while /health is asked`, faults, worstMs };
    },
  },
  {
    name: "backup copied over the open file",
    on: ["sqlite"],
    async run(place) {
      const file = join(place.folder, "bask.db");
      const faults: string[] = [];
      const rounds = 3 * place.factor;
      for (let round = 0; round < rounds; round++) {
        const first = await place.start();
        await timed(`${first.url}/auth/register`, account(`kept${round}`));
        first.kill("SIGTERM");
        await first.exited;
        copyFileSync(file, `${file}.backup`);
        const bask = await place.start();
        await timed(`${bask.url}/auth/register`, account(`gone${round}`));
        while (readFileSync(file).equals(readFileSync(`${file}.backup`))) await Bun.sleep(200);
        writeFileSync(file, readFileSync(`${file}.backup`));
        if ((await bask.exited) !== 1) faults.push("the process went on");
        if (!readFileSync(file).equals(readFileSync(`${file}.backup`))) faults.push("what was restored was changed");
      }
      return { rounds, checked: "the process stops, and what was restored is as it was", faults };
    },
  },
  {
    name: "clocks two minutes apart",
    on: ["postgres"],
    async run(place) {
      const preload = join(import.meta.dir, "../../tests/support/skewed-clock.ts");
      const skewed = (skew: number) => place.start({ SKEW: String(skew) }, "--preload", preload, main);
      const [fast, slow] = [await skewed(120_000), await skewed(-120_000)];
      const faults: string[] = [];
      const rounds = 20 * place.factor;
      await timed(`${fast.url}/auth/register`, account("ada"));
      const { email, password } = account("ada");
      for (let round = 0; round < rounds; round++) {
        const [here, there] = round % 2 ? [fast, slow] : [slow, fast];
        const headers = { "Content-Type": "application/json" };
        const login = await fetch(`${here.url}/auth/login`, {
          method: "POST",
          headers,
          body: JSON.stringify({ email, password }),
        });
        const { refreshToken } = (await login.json()) as { refreshToken: string };
        for (const bask of [here, there]) {
          const { status } = await timed(`${bask.url}/auth/refresh`, { refreshToken });
          if (status !== 200) faults.push(`a repeated refresh was ${status}`);
        }
      }
      return { rounds, checked: "a refresh that is repeated at the other process is no theft", faults };
    },
  },
  {
    name: "reader of the log gone",
    on: both,
    async run(place) {
      const program = `"${process.execPath}" "${main}"`;
      const child = Bun.spawn(["sh", "-c", `exec ${program} | head -n 1`], {
        cwd: place.folder,
        env: { PATH: process.env.PATH, PORT: "0", LOG_FORMAT: "json", LOG_LEVEL: "debug", ...place.environment },
        stdout: "pipe",
        stderr: "pipe",
      });
      const text = await new Response(child.stdout).text();
      const url = /listens on (\S+)/.exec(text)?.[1];
      if (!url) return { rounds: 1, checked: "", faults: [`did not start: ${text}`] };
      const faults: string[] = [];
      const rounds = 50 * place.factor;
      for (let i = 0; i < rounds; i++) {
        const { status } = await timed(`${url}/auth/register`, account(`log${i}`));
        if (status >= 300 || status === 0) faults.push(`a request was ${status}`);
      }
      child.kill("SIGTERM");
      return { rounds, checked: "requests are served", faults };
    },
  },
];
