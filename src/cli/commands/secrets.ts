import type { Command } from "../command";

const work = () => import("./secrets.run");

export const secretCommands: readonly Command[] = [
  {
    name: "secret generate",
    summary: "Print a new value for SECRET_KEY",
    examples: ["secret generate"],
    run: async (call) => (await work()).generate(call),
  },
  {
    name: "secret status",
    summary: "Show every secret that data may depend on, what needs it, and until when",
    examples: ["secret status", "secret status --json"],
    run: async (call) => (await work()).status(call),
  },
  {
    name: "secret rotate",
    summary: "Take or tell the next step of replacing the secret; run it again after each step",
    examples: ["secret rotate"],
    run: async (call) => (await work()).rotate(call),
  },
  {
    name: "secret reseal",
    summary: "Seal what is stored, and sign checkpoints, with the first secret of SECRET_KEY",
    examples: ["secret reseal"],
    run: async (call) => (await work()).resealAll(call),
  },
  {
    name: "secret forget",
    summary: "Let a secret go that SECRET_KEY lacks: what needs it does not work any more",
    args: [["<id>", "as `bask secret status` shows it"]],
    examples: ["secret forget 1a2b3c4d --yes"],
    destroys: true,
    run: async (call) => (await work()).forget(call),
  },
];
