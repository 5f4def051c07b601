import type { Command } from "../command";
import { reasonOption, userArgument } from "./shared";

const work = () => import("./users.run");

export const userCommands: readonly Command[] = [
  {
    name: "user list",
    summary: "List users, or search them by name or email",
    args: [["[search]", "a part of the name or the email"]],
    examples: ["user list", "user list ada", "user list --json"],
    run: async (call) => (await work()).list(call),
  },
  {
    name: "user show",
    summary: "Show a user and their organizations",
    args: [userArgument],
    examples: ["user show ada@example.com", "user show usr_01... --json"],
    run: async (call) => (await work()).show(call),
  },
  {
    name: "user create",
    summary: "Create a user; without a password they set one by an emailed link",
    args: [["<email>", "where they are reached"]],
    options: [
      ["--name <text>", "their full name"],
      ["--verified", "the email is known to be theirs"],
      ["--password-stdin", "read the password from standard input"],
    ],
    examples: [
      'user create ada@example.com --name "Ada Lovelace" --verified',
      'user create ada@example.com --name "Ada Lovelace" --password-stdin < password.txt',
    ],
    run: async (call) => (await work()).create(call),
  },
  {
    name: "user passkeys",
    summary: "List a user's passkeys",
    args: [userArgument],
    examples: ["user passkeys ada@example.com", "user passkeys usr_01... --json"],
    run: async (call) => (await work()).passkeys(call),
  },
  {
    name: "user identities",
    summary: "List the accounts at providers that a user signs in with",
    args: [userArgument],
    examples: ["user identities ada@example.com", "user identities usr_01... --json"],
    run: async (call) => (await work()).identities(call),
  },
  ...(
    [
      ["suspend", "Suspend a user; their sessions and API keys are refused at once"],
      ["restore", "End the suspension of a user"],
      ["end-sessions", "End all sessions of a user"],
      ["reset-two-factor", "Turn off two-factor authentication for a user who lost it"],
    ] as const
  ).map(
    ([verb, summary]): Command => ({
      name: `user ${verb}`,
      summary,
      args: [userArgument],
      options: [reasonOption],
      examples: [`user ${verb} ada@example.com --reason "ticket 4711"`],
      run: async (call) => (await work()).change(verb, call),
    }),
  ),
];
