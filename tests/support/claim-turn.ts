/** A process that claims the turn to make a backup twenty times at once, when it is told to, and says how often it got it. */
import { claimTurn } from "../../src/backup/turn";
import { openClock } from "../../src/clock";
import { parseDatabaseUrl } from "../../src/config/database-url";
import { openDatabase } from "../../src/db/open";

const database = await openDatabase(parseDatabaseUrl(process.env.DATABASE_URL!), openClock());
console.log("ready");
for await (const _ of console) break;
const claims = await Promise.all(Array.from({ length: 20 }, () => database.write(claimTurn)));
console.log(claims.filter(Boolean).length);
await database.close();
