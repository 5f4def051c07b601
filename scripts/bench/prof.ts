import { startBask, works } from "./bask"; import { once } from "./measure"; import { temporaryFolder } from "../../tests/support/process"; import { join } from "node:path";
using folder = temporaryFolder();
const bask = await startBask("Bask", folder.path, `sqlite:${join(folder.path,"b.db")}`);
const w = works(bask); const n = process.argv[2] ?? "key";
await once(w[n]!, 6);
await bask.subject.stop();
