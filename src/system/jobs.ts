import { alertAboutAge, alertAboutUse } from "../api-keys/alerts";
import type { App } from "../app";
import { backupJobs } from "../backup/schedule";
import type { Job } from "../extensions/extend";
import { extension } from "../extensions/extension";
import { announceExpiringTokens } from "../personal-tokens/expiry";

const hour = 3_600_000;

/** What users are told of their keys and tokens. */
const notices: readonly Job[] = [
  { name: "bask key usage alerts", every: 5 * 60_000, run: alertAboutUse },
  { name: "bask key age alerts", every: hour, run: alertAboutAge },
  { name: "bask token expiry notices", every: hour, run: announceExpiringTokens },
];

/** What runs from time to time, a product's own included; of all processes one does each time. */
export const jobsOf = (app: App): readonly Job[] => [...notices, ...backupJobs(app), ...extension.jobs];
