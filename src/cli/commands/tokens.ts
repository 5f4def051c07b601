import { shapeOf } from "../../http/shape";
import type { UserId } from "../../ids";
import { listTokensOf, revokeAnyToken } from "../../operators/personal-tokens";
import { getUser } from "../../operators/users";
import { PersonalToken } from "../../personal-tokens/personal-tokens.contract";
import type { Command } from "../command";
import { machine, reasonOf, reasonOption, userArgument } from "./shared";
import { all, userIdOf } from "./users";

/** What the API shows of a token, and nothing else of a row. */
const shown = shapeOf(PersonalToken) as (found: object) => Record<string, unknown>;
const columns = ["id", "name", "prefix", "organizationId", "status", "createdAt", "expiresAt", "lastUsedAt"];

export const tokenCommands: readonly Command[] = [
  {
    name: "token list",
    summary: "List a user's personal access tokens that are not revoked",
    args: [userArgument],
    examples: ["token list ada@example.com", "token list usr_01... --json"],
    async run({ app, args: [user], out }) {
      const opened = await app();
      const { id } = await getUser(opened, machine, await userIdOf(opened, user!));
      const tokens = await all((cursor) => listTokensOf(opened, machine, id as UserId, { limit: 100, cursor }));
      out.table(tokens.map(shown), columns);
    },
  },
  {
    name: "token revoke",
    summary: "Revoke a personal access token for good; requests with it are refused at once",
    args: [["<token>", "the id of a token, not the token itself"]],
    options: [reasonOption],
    destroys: true,
    examples: ['token revoke pat_01... --reason "found in a log" --yes'],
    async run({ app, args: [token], options, out }) {
      const reason = reasonOf(options);
      const revoked = await revokeAnyToken(await app(), machine, token!, { reason });
      out.data(shown(revoked), [`${revoked.id}: ${revoked.status}.`]);
    },
  },
];
