import { randomBytes } from "node:crypto";
import type { App } from "../../app";
import { parseConfig } from "../../config/config";
import { environment } from "../../config/environment";
import { removeSecretDrafts, replaceOwnSecrets } from "../../config/own-secret";
import { writeSecretKeys } from "../../config/secret-keys";
import { openKeyring } from "../../crypto/keyring";
import { closeApp, openExistingApp } from "../../open-app";
import { reseal } from "../../secrets/reseal";
import { nextStep } from "../../secrets/rotation";
import { forgetSecret, listNeeds, neededUntil, requireVerifiable, secretStatus } from "../../secrets/secrets";
import { type Call, CliError, exitCodes } from "../command";

export async function generate({ out }: Call) {
  const secret = randomBytes(32).toString("base64url");
  out.data({ secret }, [secret]);
}

export async function status({ out }: Call) {
  await withApp(async (app) => {
    const statuses = await statusOf(app);
    const rows = statuses.map((status) => {
      const { needs } = status;
      const until = neededUntil(needs);
      const neededFor = needs.length === 0 ? "nothing" : listNeeds(needs);
      return { ...status, neededFor, neededUntil: needs.length === 0 ? null : (until ?? "resealed or replaced") };
    });
    out.table(rows, [
      "id",
      "role",
      "signsSince",
      "signedAt",
      "processes",
      "signingProcesses",
      "neededUntil",
      "neededFor",
    ]);
  });
}

export async function rotate({ out }: Call) {
  await withApp(async (app) => {
    const { config } = app;
    const { ids } = openKeyring(config.secretKeys);
    const statuses = await statusOf(app);
    const isAlone = app.db.dialect === "sqlite" && statuses.every(({ processes }) => processes < 2);
    const step = nextStep(ids, statuses, isAlone);
    if (step.next === "wait") throw new CliError(step.why);
    const secrets = step.secrets.map((i) => config.secretKeys[i] ?? randomBytes(32));
    const secretKey = writeSecretKeys(secrets);
    if (config.ownSecret) {
      replaceOwnSecrets(secrets);
      removeSecretDrafts(app.clock.now());
      out.data({ written: "data/secret.key", why: step.why }, [`data/secret.key was written. ${step.why}`]);
      out.note("Restart the server, then run `bask secret rotate` again.");
    } else {
      out.data({ secretKey, why: step.why }, [secretKey]);
      out.note(
        `${step.why} Set SECRET_KEY to this in every process, restart them, then run \`bask secret rotate\` again.`,
      );
    }
  });
}

export async function resealAll({ app, out }: Call) {
  const opened = await app();
  await requireVerifiable(opened.db.reader, openKeyring(opened.config.secretKeys), opened.clock.date());
  const progress = await out.progress("Sealing");
  const done = await reseal(opened, progress.to).finally(progress.end);
  out.table(done, ["what", "count", "failed"]);
  const failed = done.reduce((sum, { failed }) => sum + failed, 0);
  if (failed > 0) throw new CliError(`${failed} do not open: their secret is not in SECRET_KEY, or they were altered.`);
}

export async function forget({ args: [id], out }: Call) {
  await withApp(async (app) => {
    const status = (await statusOf(app)).find((known) => known.id === id);
    if (!status) throw new CliError(`No data depends on a secret ${id}.`, exitCodes.notFound);
    if (status.role !== "missing")
      throw new CliError(`The secret ${id} is in SECRET_KEY. Remove it there first.`, exitCodes.usage);
    if (status.signingProcesses > 0)
      throw new CliError(`A running process signs with the secret ${id}. Stop it first.`);
    await forgetSecret(app, status.id);
    out.data({ forgotten: id, lost: status.needs }, [
      `${id} was forgotten. Lost: ${listNeeds(status.needs) || "nothing"}.`,
    ]);
  });
}

const statusOf = ({ db, config, clock }: App) => secretStatus(db.reader, openKeyring(config.secretKeys), clock.date());

/** Opens the installation also where SECRET_KEY lacks secrets that data needs. */
async function withApp(work: (app: App) => Promise<void>) {
  const app = await openExistingApp(parseConfig(environment), { lenient: true });
  try {
    await work(app);
  } finally {
    await closeApp(app);
  }
}
