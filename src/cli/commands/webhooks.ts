import type { Command } from "../command";

const webhookArgument = ["<webhook>", "the id of a webhook"] as const;

const work = () => import("./webhooks.run");

export const webhookCommands: readonly Command[] = [
  {
    name: "webhook list",
    summary: "List the webhooks of an organization, or those of the installation",
    args: [["[organization]", "an id or a slug; without one, those of the installation"]],
    examples: ["webhook list acme", "webhook list --json"],
    run: async (call) => (await work()).list(call),
  },
  {
    name: "webhook deliveries",
    summary: "List the latest deliveries of a webhook",
    args: [webhookArgument],
    options: [["--status <status>", "pending, paused, succeeded, failed or canceled"]],
    examples: ["webhook deliveries whk_01... --status failed"],
    run: async (call) => (await work()).deliveries(call),
  },
  {
    name: "webhook test",
    summary: "Send a test event to a webhook; a running server delivers it",
    args: [webhookArgument],
    examples: ["webhook test whk_01..."],
    run: async (call) => (await work()).test(call),
  },
  {
    name: "webhook redeliver",
    summary: "Send a delivery again, with the same webhook-id; a running server delivers it",
    args: [webhookArgument, ["<delivery>", "the id of a delivery"]],
    examples: ["webhook redeliver whk_01... dlv_01..."],
    run: async (call) => (await work()).sendAgain(call),
  },
];
