import type { Command } from "../command";

const work = () => import("./operators.run");

export const operatorCommands: readonly Command[] = [
  {
    name: "operator list",
    summary: "List the operators of the installation",
    examples: ["operator list", "operator list --json"],
    run: async (call) => (await work()).list(call),
  },
  {
    name: "operator add",
    summary: "Let a user act under /admin",
    args: [["<email>", "the verified email of an account"]],
    examples: ["operator add ada@example.com"],
    run: async (call) => (await work()).add(call),
  },
  {
    name: "operator remove",
    summary: "Take the rights of an operator away",
    args: [["<email>", "the email of an operator"]],
    examples: ["operator remove ada@example.com"],
    run: async (call) => (await work()).remove(call),
  },
];
