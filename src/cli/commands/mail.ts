import type { Command } from "../command";

const emailArgument = ["<id>", "the id that `bask mail failed` lists"] as const;

const work = () => import("./mail.run");

export const mailCommands: readonly Command[] = [
  {
    name: "mail test",
    summary: "Send an email at once, and say what the mail server answers",
    args: [["<email>", "who gets it"]],
    examples: ["mail test ada@example.com"],
    run: async (call) => (await work()).test(call),
  },
  {
    name: "mail failed",
    summary: "List the emails that were given up, and why",
    examples: ["mail failed", "mail failed --json"],
    run: async (call) => (await work()).failed(call),
  },
  {
    name: "mail retry",
    summary: "Send an email that was given up again",
    args: [emailArgument],
    examples: ["mail retry eml_01..."],
    run: async (call) => (await work()).retry(call),
  },
  {
    name: "mail drop",
    summary: "Remove an email that waits or was given up",
    args: [emailArgument],
    destroys: true,
    examples: ["mail drop eml_01... --yes"],
    run: async (call) => (await work()).drop(call),
  },
];
