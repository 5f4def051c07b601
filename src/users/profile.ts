import type { UserActor } from "../access/actor";
import { lockLiveUser } from "../access/live-user";
import type { App } from "../app";
import { record } from "../audit/audit";
import type { Preferences } from "../db/tables";
import { omitUndefined } from "../omit-undefined";
import { Problem } from "../problems";
import { isTwoFactorOn } from "../two-factor/two-factor.sql";
import { findUser, type UserRow, updateProfile } from "./users.sql";

/** A user as they see themselves. */
export const profile = (user: UserRow, twoFactorEnabled: boolean) => ({
  id: user.id,
  email: user.email,
  emailVerified: user.emailVerifiedAt !== null,
  fullName: user.fullName,
  avatarUrl: user.avatarUrl,
  preferences: { theme: "system" as const, language: null, timezone: null, ...user.preferences },
  hasPassword: user.passwordHash !== null,
  twoFactorEnabled,
  isOperator: user.operatorSince !== null,
  createdAt: user.createdAt,
});

/** The profile of the signed-in user. */
export async function getOwnProfile(app: App, actor: UserActor) {
  const user = await findUser(app.db.reader, actor.userId);
  if (!user) throw new Problem("UNAUTHORIZED");
  return profile(user, await isTwoFactorOn(app.db.reader, user.id));
}

export interface ProfileChange {
  fullName?: string | undefined;
  avatarUrl?: string | null | undefined;
  /** Preferences that are left out stay as they are. */
  preferences?: { [Name in keyof Preferences]?: Preferences[Name] | undefined } | undefined;
}

/** Changes the given fields and no others, also when other changes happen at the same time. */
export async function changeProfile(app: App, actor: UserActor, { preferences, ...change }: ProfileChange) {
  await app.db.write(async (tx) => {
    const user = await lockLiveUser(tx, actor);
    await updateProfile(tx, user.id, {
      ...omitUndefined(change),
      ...(preferences && { preferences: { ...user.preferences, ...omitUndefined(preferences) } }),
    });
    const changed = [...Object.keys(omitUndefined(change)), ...(preferences ? ["preferences"] : [])];
    await record(tx, actor, { action: "user.updated", chain: user.id, target: user.id, details: { changed } });
  });
  return getOwnProfile(app, actor);
}
