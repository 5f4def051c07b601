import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startBask, temporaryFolder } from "./process";

const root = join(import.meta.dir, "../..");

/** A block of commands in the README and the block below it that shows what they print. */
const step = /```sh\n([\s\S]*?)```\n\n```json\n([\s\S]*?)```/g;
const tour = /<!-- tour -->[\s\S]*?<!-- \/tour -->/;

/**
 * Types the commands of the README's tour, in order, into one shell beside a server that was just started, and gives the
 * README with what they printed. Whatever differs from run to run is shortened.
 */
export async function walkTour(readme: string): Promise<string> {
  const section = tour.exec(readme)![0];
  const blocks = [...section.matchAll(step)].map(([, commands]) => commands!);
  using folder = temporaryFolder();
  const bin = join(folder.path, "bin");
  mkdirSync(bin);
  const curl = join(bin, "curl");
  writeFileSync(curl, `#!/bin/sh\nexec "${process.execPath}" "${join(import.meta.dir, "curl.ts")}" "$@"\n`);
  chmodSync(curl, 0o755);
  const bask = await startBask(folder.path, {});
  const script = blocks
    .map(
      (block) =>
        `${block.replaceAll("localhost:3000", new URL(bask.url).host)}\nprintf '\\n%s\\n' "-- end of block --"`,
    )
    .join("\n");
  const shell = Bun.spawn(["bash", "-c", script], {
    cwd: root,
    env: { PATH: `${bin}:${process.env.PATH}` },
    stdout: "pipe",
    stderr: "inherit",
  });
  const printed = (await new Response(shell.stdout).text()).split(/\n*-- end of block --\n/);
  bask.kill("SIGTERM");
  await bask.exited;

  let i = 0;
  const walked = section.replace(
    step,
    (_, commands) => `\`\`\`sh\n${commands}\`\`\`\n\n\`\`\`json\n${steady(printed[i++]!.trim())}\n\`\`\``,
  );
  return readme.replace(tour, () => walked);
}

const start = /(<!-- start -->\n```text\n)[\s\S]*?(```\n<!-- \/start -->)/;

/** Starts a server as the README says, and gives the README with what it printed. */
export async function watchStart(readme: string): Promise<string> {
  using folder = temporaryFolder();
  const bask = await startBask(folder.path, { LOG_FORMAT: "pretty", LOG_LEVEL: "silent" });
  const port = new URL(bask.url).port;
  bask.kill("SIGTERM");
  await bask.exited;
  const printed = Bun.stripANSI(bask.output())
    .trim()
    .replaceAll(port, "3000")
    .replace(/bst_[\w-]+/, "bst_…");
  return readme.replace(start, (_, before, after) => `${before}${printed}\n${after}`);
}

/** The answer without what is new each time. */
function steady(text: string): string {
  return text
    .replaceAll(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, "eyJ…")
    .replaceAll(/bsr_[\w-]{60}/g, "bsr_…")
    .replaceAll(/(bsk_(?:live|test)_)[0-9A-Za-z]{36}/g, "$1…")
    .replaceAll(/(bsk_(?:live|test)_)[0-9A-Za-z]{4}(?![0-9A-Za-z…])/g, "$1…")
    .replaceAll(/\b(usr|org|key|mem|ses|evt|inv)_[0-9a-z]{26}/g, "$1_…")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "2026-…Z")
    .replaceAll(/"challenge":"[\w-]+"/g, '"challenge":"…"')
    .replaceAll(/"requestId":"[^"]+"/g, '"requestId":"…"')
    .replaceAll(/[0-9a-z]{4}(-[0-9a-z]{4}){3}/g, "…")
    .replaceAll(/"secret":"[A-Z2-7]{32}"/g, '"secret":"…"')
    .replaceAll(/secret=[A-Z2-7]{32}/g, "secret=…")
    .replaceAll(/<svg.*?<\/svg>/gs, "<svg…")
    .replaceAll(/^(date|x-request-id|content-length|x-ratelimit-reset|ratelimit): .*\n/gim, "");
}
