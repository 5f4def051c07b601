/** A process that opens DATABASE_URL once it is told to, says so, and ends. */
import { openClock } from "../../src/clock";
import { parseDatabaseUrl } from "../../src/config/database-url";
import { openDatabase } from "../../src/db/open";

console.log("ready");
for await (const _ of console) break;
const database = await openDatabase(parseDatabaseUrl(process.env.DATABASE_URL!), openClock());
console.log("open");
await database.close();
