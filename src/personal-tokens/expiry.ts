import type { App } from "../app";
import { emailUser } from "../users/email-user";
import { claimExpiryNotice, listExpiringTokens } from "./personal-tokens.sql";

const day = 86_400_000;
/** Tokens that are looked at in one go. */
const maxAtOnce = 200;

/** Tells the users of tokens that expire within seven days, once each; not of those that were created for less than that. */
export async function announceExpiringTokens(app: App) {
  const now = app.clock.date();
  const soon = new Date(now.getTime() + 7 * day);
  for (const { id, userId, name, prefix, createdAt, expiresAt } of await listExpiringTokens(
    app.db.reader,
    now,
    soon,
    maxAtOnce,
  )) {
    const isKnown = expiresAt!.getTime() - createdAt.getTime() <= 7 * day;
    await app.db.write(async (tx) => {
      if (!(await claimExpiryNotice(tx, id)) || isKnown) return;
      await emailUser(tx, userId, "personal-token-expires", { name, prefix, endsAt: expiresAt! });
    });
  }
}
