import type { App } from "../app";
import { findCheckpoint } from "../audit/audit.sql";
import type { Checkpoint } from "../crypto/checkpoints";
import { openKeyring } from "../crypto/keyring";
import { type KeyedColumn, listOutdated, replaceValue, sealedColumns, signatureColumn } from "./sealed.sql";
import { noteSecrets } from "./secrets";

/** Values that one transaction replaces at most. */
const batch = 100;

export interface Resealed {
  what: string;
  /** How many were sealed or signed again ... */
  count: number;
  /** ... and how many could not be, because their secret is not in SECRET_KEY, or they are not what was sealed. */
  failed: number;
}

/**
 * Seals everything that is sealed with the first secret, and signs checkpoints with it, so that older secrets are not needed for them. What is
 * computed and not stored, tokens, is made anew when it is used, or ends by itself.
 * @param onValues hears how many values were looked at
 */
export async function reseal(app: App, onValues: (done: number) => void = () => {}): Promise<Resealed[]> {
  const { sealer, checkpoints } = app;
  await app.db.write((tx) => noteSecrets(tx, openKeyring(app.config.secretKeys), []));
  const done: Resealed[] = [];
  let looked = 0;
  const onRows = (rows: number) => {
    looked += rows;
    onValues(looked);
  };
  for (const column of sealedColumns) {
    done.push(
      await replaceAll(app, column, onRows, async ({ owner, value }) => {
        const secret = sealer.tryOpen(value, owner);
        return secret === undefined ? undefined : sealer.seal(secret, owner);
      }),
    );
  }
  done.push(
    await replaceAll(app, signatureColumn, onRows, async ({ id }) => {
      const cut = await findCheckpoint(app.db.reader, id);
      return cut && checkpoints.verify(cut) === "signed" ? checkpoints.sign(cut satisfies Checkpoint) : undefined;
    }),
  );
  return done;
}

type Outdated = Awaited<ReturnType<typeof listOutdated>>[number];

async function replaceAll(
  { db, config }: App,
  column: KeyedColumn,
  onRows: (rows: number) => void,
  renew: (row: Outdated) => Promise<string | undefined>,
): Promise<Resealed> {
  const [current] = openKeyring(config.secretKeys).ids;
  const done = { what: column.what, count: 0, failed: 0 };
  let after = "";
  for (;;) {
    const rows = await listOutdated(db.reader, column, current, after, batch);
    if (rows.length === 0) return done;
    const renewed = await Promise.all(rows.map(async (row) => ({ ...row, to: await renew(row) })));
    await db.write(async (tx) => {
      for (const { id, value, to } of renewed) if (to !== undefined) await replaceValue(tx, column, id, value, to);
    });
    done.count += renewed.filter(({ to }) => to !== undefined).length;
    done.failed += renewed.filter(({ to }) => to === undefined).length;
    after = rows.at(-1)!.id;
    onRows(rows.length);
  }
}
