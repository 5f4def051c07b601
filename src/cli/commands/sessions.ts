import { endUserSession, listUserSessions } from "../../operators/users";
import type { Command } from "../command";
import { machine, reasonOf, reasonOption, userArgument } from "./shared";
import { userIdOf } from "./users";

export const sessionCommands: readonly Command[] = [
  {
    name: "session list",
    summary: "List the open sessions of a user",
    args: [userArgument],
    examples: ["session list ada@example.com"],
    async run({ app, args: [user], out }) {
      const opened = await app();
      const sessions = await listUserSessions(opened, machine, await userIdOf(opened, user!));
      out.table(sessions, ["id", "device", "isBound", "ip", "createdAt", "lastUsedAt"]);
    },
  },
  {
    name: "session end",
    summary: "End one session; its tokens are refused at once",
    args: [["<session>", "an id"]],
    options: [reasonOption],
    examples: ['session end ses_01... --reason "lost laptop, ticket 4711"'],
    async run({ app, args: [session], options, out }) {
      const reason = reasonOf(options);
      const ended = await endUserSession(await app(), machine, session!, { reason });
      out.data(ended, [`${ended.id}: ended.`]);
    },
  },
];
