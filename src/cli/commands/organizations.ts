import { plans } from "../../limits/plans";
import type { Command } from "../command";
import { organizationArgument, reasonOption } from "./shared";

const work = () => import("./organizations.run");

export const organizationCommands: readonly Command[] = [
  {
    name: "org list",
    summary: "List organizations, or search them by name or slug",
    args: [["[search]", "a part of the name or the slug"]],
    examples: ["org list", "org list acme --json"],
    run: async (call) => (await work()).list(call),
  },
  {
    name: "org show",
    summary: "Show an organization and its size",
    args: [organizationArgument],
    examples: ["org show acme"],
    run: async (call) => (await work()).show(call),
  },
  {
    name: "org suspend",
    summary: "Suspend an organization; its members and API keys are refused at once",
    args: [organizationArgument],
    options: [reasonOption],
    examples: ['org suspend acme --reason "unpaid since March"'],
    run: async (call) => (await work()).suspend(call),
  },
  {
    name: "org restore",
    summary: "End the suspension of an organization",
    args: [organizationArgument],
    options: [reasonOption],
    examples: ['org restore acme --reason "paid"'],
    run: async (call) => (await work()).restore(call),
  },
  {
    name: "org plan",
    summary: "Set an organization's plan",
    args: [organizationArgument, ["<plan>", Object.keys(plans).join(", ")]],
    options: [reasonOption],
    examples: ['org plan acme pro --reason "contract of May"'],
    run: async (call) => (await work()).plan(call),
  },
];
