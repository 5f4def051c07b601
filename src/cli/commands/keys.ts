import type { Command } from "../command";
import { organizationArgument, reasonOption } from "./shared";

const keyArgument = ["<key>", "the id of a key, not the key itself"] as const;
const asOption = ["--as <user>", "the member in whose name it is done: an email or an id"] as const;

const work = () => import("./keys.run");

export const keyCommands: readonly Command[] = [
  {
    name: "key list",
    summary: "List the API keys of an organization",
    args: [organizationArgument],
    options: [["--status <status>", "active, disabled, blocked, expired or revoked; all but revoked unless told"]],
    examples: ["key list acme", "key list acme --status revoked --json"],
    run: async (call) => (await work()).list(call),
  },
  {
    name: "key show",
    summary: "Show an API key; the key itself is not stored",
    args: [keyArgument],
    examples: ["key show key_01..."],
    run: async (call) => (await work()).show(call),
  },
  {
    name: "key create",
    summary: "Create an API key in the name of a member; the key is shown once, on standard output",
    args: [organizationArgument, ["<name>", "what people call it"]],
    options: [
      asOption,
      ["--scopes <scopes>", "separated by commas; all that the member may do unless told"],
      ["--environment <environment>", "live or test"],
      ["--expires-in-days <days>", "when it ends"],
    ],
    examples: ["key create acme CI --as ada@example.com --scopes members:read --expires-in-days 90"],
    run: async (call) => (await work()).create(call),
  },
  {
    name: "key rotate",
    summary: "Give an API key a successor in the name of a member; it is shown once, on standard output",
    args: [keyArgument],
    options: [asOption, ["--overlap <days>", "days in which the old key still works"]],
    examples: ["key rotate key_01... --as ada@example.com --overlap 7"],
    run: async (call) => (await work()).rotate(call),
  },
  {
    name: "key revoke",
    summary: "Revoke an API key for good; requests with it are refused at once",
    args: [keyArgument],
    options: [reasonOption],
    destroys: true,
    examples: ['key revoke key_01... --reason "found in a log" --yes'],
    run: async (call) => (await work()).revoke(call),
  },
  {
    name: "key verify",
    summary: "Tell whether a key that is given on standard input works, and what it may do; no use is counted",
    examples: ["key verify < key.txt"],
    run: async (call) => (await work()).verify(call),
  },
];
