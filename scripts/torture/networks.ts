import { main } from "../../tests/support/process";
import { startProxy } from "../../tests/support/proxy";
import { credentials, lostAccounts, register, type Scenario, timed, within } from "./scenario";
import { stallFaults, watchHealth } from "./watch";

const skewedClock = new URL("../../tests/support/skewed-clock.ts", import.meta.url).pathname;

/** Milliseconds in which a request must be answered, whatever the network does. */
const maxAnswer = 5_000;

export const networks: readonly Scenario[] = [
  {
    name: "network frozen, lost, refused",
    on: ["postgres"],
    async run(place) {
      const proxy = await startProxy(place.url);
      const bask = await place.start({ DATABASE_URL: proxy.url });
      const stop = watchHealth(bask, place.folder);
      const faults: string[] = [];
      const acknowledged: string[] = [];
      const rounds = Math.ceil(3 * place.factor);
      let worst = 0;
      const ask = async (name: string) => {
        const answer = await register(bask, name);
        if (answer.status > 0 && answer.status < 300) acknowledged.push(name);
        return answer;
      };
      for (let round = 0; round < rounds; round++) {
        for (const [name, break_, mend] of [
          ["frozen", proxy.freeze, proxy.thaw],
          ["lost", proxy.lose, () => {}],
          ["refused", proxy.refuse, proxy.accept],
        ] as const) {
          const load = Array.from({ length: 8 }, (_, i) => ask(`during-${name}-${round}-${i}`));
          await break_();
          const answers = await Promise.all([
            ...load,
            ...Array.from({ length: 4 }, (_, i) => ask(`${name}-${round}-${i}`)),
          ]);
          worst = Math.max(worst, ...answers.map(({ ms }) => ms));
          if (answers.some(({ status, ms }) => status === 0 || ms > maxAnswer))
            faults.push(`${name}: ${JSON.stringify(answers)}`);
          await mend();
          let i = 0;
          if (!(await within(10_000, async () => (await ask(`well-${name}-${round}-${i++}`)).status < 300)))
            faults.push(`${name}: not well again`);
        }
      }
      faults.push(...stallFaults(await stop(), 250), ...(await lostAccounts(place, acknowledged)));
      await proxy.close();
      return {
        rounds,
        checked: `every request is answered within 5 s, ${acknowledged.length} acknowledged writes, well again`,
        faults,
        stall: { worst },
      };
    },
  },
  {
    name: "clocks two minutes apart",
    on: ["postgres"],
    async run(place) {
      const skewed = (skew: number) => place.start({ SKEW: String(skew) }, "--preload", skewedClock, main);
      const [fast, slow] = [await skewed(120_000), await skewed(-120_000)];
      const faults: string[] = [];
      const rounds = Math.ceil(20 * place.factor);
      await register(fast, "ada");
      for (let round = 0; round < rounds; round++) {
        const [here, there] = round % 2 ? [fast, slow] : [slow, fast];
        const login = await fetch(`${here.url}/auth/login`, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify(credentials("ada")),
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
];
