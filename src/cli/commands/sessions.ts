import type { Command } from "../command";
import { reasonOption, userArgument } from "./shared";

const work = () => import("./sessions.run");

export const sessionCommands: readonly Command[] = [
  {
    name: "session list",
    summary: "List the open sessions of a user",
    args: [userArgument],
    examples: ["session list ada@example.com"],
    run: async (call) => (await work()).list(call),
  },
  {
    name: "session end",
    summary: "End one session; its tokens are refused at once",
    args: [["<session>", "an id"]],
    options: [reasonOption],
    examples: ['session end ses_01... --reason "lost laptop, ticket 4711"'],
    run: async (call) => (await work()).end(call),
  },
];
