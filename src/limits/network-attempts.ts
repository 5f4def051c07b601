import type { Writer } from "../db/database";
import { countAttempt, nextAttemptAt, takeAttempt } from "./attempts.sql";
import { networkOf, siteOf } from "./network";

/** Networks of one site that can use up what each of them has. */
const networksOfSite = 5;

/**
 * Takes one of the `max` attempts that the network of an IP address has within any `window` milliseconds; false when none is left. A site can choose among
 * 65,536 networks, so it has a bound of its own, beyond which no more of them are noted.
 */
export async function takeNetworkAttempt(tx: Writer, subject: string, ip: string, max: number, window: number) {
  const site = siteOf(ip);
  const ofSite = [tx, `${subject}:site:${site}`, max * networksOfSite, window] as const;
  if (site !== undefined && (await nextAttemptAt(...ofSite)) !== undefined) return false;
  if (!(await takeAttempt(tx, `${subject}:${networkOf(ip)}`, max, window))) return false;
  if (site !== undefined) await countAttempt(...ofSite);
  return true;
}
