import type { App } from "../../app";
import { shapeOf } from "../../http/shape";
import { type PlanName, plans } from "../../limits/plans";
import { AdminOrganization, AdminOrganizationDetails } from "../../operators/operators.contract";
import {
  getOrganizationDetails,
  listOrganizations,
  restoreSuspendedOrganization,
  suspendOrganization,
  updatePlan,
} from "../../operators/organizations";
import { CliError, type Command, exitCodes } from "../command";
import { machine, organizationArgument, reasonOf, reasonOption } from "./shared";
import { all } from "./users";

/** What the API shows operators, and nothing else of a row. */
const shown = shapeOf(AdminOrganizationDetails) as (found: object) => Record<string, unknown>;
const listed = shapeOf(AdminOrganization) as (row: object) => Record<string, unknown>;

export const organizationCommands: readonly Command[] = [
  {
    name: "org list",
    summary: "List organizations, or search them by name or slug",
    args: [["[search]", "a part of the name or the slug"]],
    examples: ["org list", "org list acme --json"],
    async run({ app, args: [search], out }) {
      const opened = await app();
      const rows = await all((cursor) => listOrganizations(opened, machine, { limit: 100, cursor, search }));
      out.table(rows.map(listed), ["id", "slug", "name", "plan", "suspendedAt", "createdAt"]);
    },
  },
  {
    name: "org show",
    summary: "Show an organization and its size",
    args: [organizationArgument],
    examples: ["org show acme"],
    async run({ app, args: [text], out }) {
      const opened = await app();
      const found = await getOrganizationDetails(opened, machine, await organizationIdOf(opened, text!));
      const details = shown(found);
      out.data(
        details,
        Object.entries(details).map(
          ([name, value]) => `${name}: ${typeof value === "object" ? JSON.stringify(value) : value}`,
        ),
      );
    },
  },
  {
    name: "org suspend",
    summary: "Suspend an organization; its members and API keys are refused at once",
    args: [organizationArgument],
    options: [reasonOption],
    examples: ['org suspend acme --reason "unpaid since March"'],
    async run({ app, args: [text], options, out }) {
      const reason = reasonOf(options);
      const opened = await app();
      const changed = await suspendOrganization(opened, machine, await organizationIdOf(opened, text!), { reason });
      out.data(shown(changed), [`${changed.slug}: suspended.`]);
    },
  },
  {
    name: "org restore",
    summary: "End the suspension of an organization",
    args: [organizationArgument],
    options: [reasonOption],
    examples: ['org restore acme --reason "paid"'],
    async run({ app, args: [text], options, out }) {
      const reason = reasonOf(options);
      const opened = await app();
      const id = await organizationIdOf(opened, text!);
      const changed = await restoreSuspendedOrganization(opened, machine, id, { reason });
      out.data(shown(changed), [`${changed.slug}: restored.`]);
    },
  },
  {
    name: "org plan",
    summary: "Set an organization's plan",
    args: [organizationArgument, ["<plan>", Object.keys(plans).join(", ")]],
    options: [reasonOption],
    examples: ['org plan acme pro --reason "contract of May"'],
    async run({ app, args: [text, plan], options, out }) {
      const reason = reasonOf(options);
      if (!Object.hasOwn(plans, plan!)) {
        throw new CliError(`The plan must be one of: ${Object.keys(plans).join(", ")}.`, exitCodes.usage);
      }
      const opened = await app();
      const id = await organizationIdOf(opened, text!);
      const changed = await updatePlan(opened, machine, id, { reason, plan: plan as PlanName });
      out.data(shown(changed), [`${changed.slug}: ${changed.plan}.`]);
    },
  },
];

/** The id of an organization that is named by it or by its slug. @throws CliError */
export async function organizationIdOf(app: App, text: string): Promise<string> {
  if (text.startsWith("org_")) return text;
  const rows = await all((cursor) => listOrganizations(app, machine, { limit: 100, cursor, search: text }));
  const found = rows.find(({ slug }) => slug === text);
  if (!found) throw new CliError("There is no organization with this slug.", exitCodes.notFound);
  return found.id;
}
