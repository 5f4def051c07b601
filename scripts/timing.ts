#!/usr/bin/env bun
/**
 * Whether an answer's time tells if an address has an account: `bun run timing [SAMPLES]`. Each route is asked in turn for
 * addresses that have one and addresses that have none; |t| of Welch's test above 4.5 says that the times differ.
 * Run it on a quiet machine; it is no test, because a busy one proves nothing.
 */
import { createClient } from "../src/sdk/client";
import { openWorld, type World } from "../tests/support/world";
import { parseArguments, refuseArguments } from "./arguments";

const usage = "bun run timing [SAMPLES]";
const [count = "300"] = parseArguments(usage, { maxWords: 1 }).positionals;
const samples = /^[1-9]\d{0,5}$/.test(count) ? Number(count) : refuseArguments(usage);
const password = "a password that is wrong";

const routes: [name: string, ask: (world: World, email: string) => Promise<unknown>][] = [
  ["login", ({ url }, email) => createClient({ url }).auth.login({ email, password })],
  ["forgot-password", ({ url }, email) => createClient({ url }).auth.forgotPassword({ email })],
  ["resend-verification", ({ url }, email) => createClient({ url }).auth.resendVerification({ email })],
  ["register", ({ url }, email) => createClient({ url }).auth.register({ email, password, fullName: "Ada Lovelace" })],
];

for (const [name, ask] of routes) {
  const world = await openWorld();
  const known = Array.from({ length: samples }, (_, i) => `known${i}@example.com`);
  for (const email of known)
    await world.visitor.auth.register({ email, password: `${password} and other`, fullName: "K" });

  const times: Record<"known" | "unknown", number[]> = { known: [], unknown: [] };
  for (const [i, email] of known.entries()) {
    const kinds = i % 2 ? (["known", "unknown"] as const) : (["unknown", "known"] as const);
    for (const kind of kinds) {
      const start = performance.now();
      await ask(world, kind === "known" ? email : `unknown${i}@example.com`).catch(() => {});
      times[kind].push(performance.now() - start);
    }
  }
  const [a, b] = [trimmed(times.known), trimmed(times.unknown)];
  const t = (mean(a) - mean(b)) / Math.sqrt(variance(a) / a.length + variance(b) / b.length);
  const shown = `${mean(a).toFixed(3)} ms with an account, ${mean(b).toFixed(3)} ms without, t = ${t.toFixed(1)}`;
  console.log(`${name.padEnd(20)} ${shown}${Math.abs(t) > 4.5 ? "  THE TIMES DIFFER" : ""}`);
  await world.close();
}

/** Without the slowest tenth, which is the machine's. */
function trimmed(values: number[]): number[] {
  return values.toSorted((a, b) => a - b).slice(0, Math.ceil(values.length * 0.9));
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: number[]): number {
  const center = mean(values);
  return values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1);
}
