import type { UserActor } from "../access/actor";
import type { App } from "../app";
import { record } from "../audit/audit";
import type { Preferences } from "../db/tables";
import { omitUndefined } from "../omit-undefined";
import { Problem } from "../problems";
import { isTwoFactorOn } from "../two-factor/two-factor.sql";
import { findUser, lockUser, type UserRow, updateProfile } from "./users.sql";

/** What a person sees of themselves. */
export const profile = (user: UserRow, twoFactorEnabled: boolean) => ({
  id: user.id,
  email: user.email,
  emailVerified: user.emailVerifiedAt !== null,
  fullName: user.fullName,
  avatarUrl: user.avatarUrl,
  preferences: { theme: "system" as const, language: null, timezone: null, ...user.preferences },
  twoFactorEnabled,
  createdAt: user.createdAt,
});

/** The person behind the session. */
export async function getOwnProfile(app: App, actor: UserActor) {
  const user = await findUser(app.db.reader, actor.userId);
  if (!user) throw new Problem("UNAUTHORIZED");
  return profile(user, await isTwoFactorOn(app.db.reader, user.id));
}

export interface ProfileChange {
  fullName?: string | undefined;
  avatarUrl?: string | null | undefined;
  /** What is left out stays as it is. */
  preferences?: { [Name in keyof Preferences]?: Preferences[Name] | undefined } | undefined;
}

/** Changes what is given, and nothing else, also when other changes come at the same moment. */
export async function changeProfile(app: App, actor: UserActor, { preferences, ...change }: ProfileChange) {
  await app.db.write(async (tx) => {
    const user = await lockUser(tx, actor.userId);
    if (!user) return;
    await updateProfile(tx, user.id, {
      ...omitUndefined(change),
      ...(preferences && { preferences: { ...user.preferences, ...omitUndefined(preferences) } }),
    });
    const changed = [...Object.keys(omitUndefined(change)), ...(preferences ? ["preferences"] : [])];
    await record(tx, actor, { action: "user.updated", chain: user.id, target: user.id, details: { changed } });
  });
  return getOwnProfile(app, actor);
}
