import { shapeOf } from "../../http/shape";
import type { UserId } from "../../ids";
import { listTokensOf, revokeAnyToken } from "../../operators/personal-tokens";
import { getUser } from "../../operators/users";
import { PersonalToken } from "../../personal-tokens/personal-tokens.contract";
import type { Call } from "../command";
import { machine, reasonOf } from "./shared";
import { all, userIdOf } from "./users.run";

/** What the API shows of a token, and nothing else of a row. */
const shown = shapeOf(PersonalToken) as (found: object) => Record<string, unknown>;
const columns = ["id", "name", "prefix", "organizationId", "status", "createdAt", "expiresAt", "lastUsedAt"];

export async function list({ app, args: [user], out }: Call) {
  const opened = await app();
  const { id } = await getUser(opened, machine, await userIdOf(opened, user!));
  const tokens = await all((cursor) => listTokensOf(opened, machine, id as UserId, { limit: 100, cursor }));
  out.table(tokens.map(shown), columns);
}

export async function revoke({ app, args: [token], options, out }: Call) {
  const reason = reasonOf(options);
  const revoked = await revokeAnyToken(await app(), machine, token!, { reason });
  out.data(shown(revoked), [`${revoked.id}: ${revoked.status}.`]);
}
