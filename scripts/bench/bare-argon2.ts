/** What the cores can verify with @node-rs/argon2 alone: prints verifications per CPU-second. */
import { hash, verify } from "@node-rs/argon2";

const seconds = Number(process.argv[2] ?? 3);
const stored = await hash("correct horse battery", { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
const before = process.cpuUsage();
const end = performance.now() + seconds * 1000;
let done = 0;
while (performance.now() < end) {
  await verify(stored, "correct horse battery");
  done++;
}
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ perCpuSecond: done / ((user + system) / 1e6) }));
