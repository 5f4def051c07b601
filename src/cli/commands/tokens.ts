import type { Command } from "../command";
import { reasonOption, userArgument } from "./shared";

const work = () => import("./tokens.run");

export const tokenCommands: readonly Command[] = [
  {
    name: "token list",
    summary: "List a user's personal access tokens that are not revoked",
    args: [userArgument],
    examples: ["token list ada@example.com", "token list usr_01... --json"],
    run: async (call) => (await work()).list(call),
  },
  {
    name: "token revoke",
    summary: "Revoke a personal access token for good; requests with it are refused at once",
    args: [["<token>", "the id of a token, not the token itself"]],
    options: [reasonOption],
    destroys: true,
    examples: ['token revoke pat_01... --reason "found in a log" --yes'],
    run: async (call) => (await work()).revoke(call),
  },
];
