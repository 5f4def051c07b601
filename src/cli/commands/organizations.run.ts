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
import { type Call, CliError, exitCodes } from "../command";
import { machine, reasonOf } from "./shared";
import { all } from "./users.run";

/** What the API shows operators, and nothing else of a row. */
const shown = shapeOf(AdminOrganizationDetails) as (found: object) => Record<string, unknown>;
const listed = shapeOf(AdminOrganization) as (row: object) => Record<string, unknown>;

export async function list({ app, args: [search], out }: Call) {
  const opened = await app();
  const rows = await all((cursor) => listOrganizations(opened, machine, { limit: 100, cursor, search }));
  out.table(rows.map(listed), ["id", "slug", "name", "plan", "suspendedAt", "createdAt"]);
}

export async function show({ app, args: [text], out }: Call) {
  const opened = await app();
  const found = await getOrganizationDetails(opened, machine, await organizationIdOf(opened, text!));
  const details = shown(found);
  out.data(
    details,
    Object.entries(details).map(
      ([name, value]) => `${name}: ${typeof value === "object" ? JSON.stringify(value) : value}`,
    ),
  );
}

export async function suspend({ app, args: [text], options, out }: Call) {
  const reason = reasonOf(options);
  const opened = await app();
  const changed = await suspendOrganization(opened, machine, await organizationIdOf(opened, text!), { reason });
  out.data(shown(changed), [`${changed.slug}: suspended.`]);
}

export async function restore({ app, args: [text], options, out }: Call) {
  const reason = reasonOf(options);
  const opened = await app();
  const id = await organizationIdOf(opened, text!);
  const changed = await restoreSuspendedOrganization(opened, machine, id, { reason });
  out.data(shown(changed), [`${changed.slug}: restored.`]);
}

export async function plan({ app, args: [text, plan], options, out }: Call) {
  const reason = reasonOf(options);
  if (!Object.hasOwn(plans, plan!)) {
    throw new CliError(`The plan must be one of: ${Object.keys(plans).join(", ")}.`, exitCodes.usage);
  }
  const opened = await app();
  const id = await organizationIdOf(opened, text!);
  const changed = await updatePlan(opened, machine, id, { reason, plan: plan as PlanName });
  out.data(shown(changed), [`${changed.slug}: ${changed.plan}.`]);
}

/** The id of an organization that is named by it or by its slug. @throws CliError */
export async function organizationIdOf(app: App, text: string): Promise<string> {
  if (text.startsWith("org_")) return text;
  const rows = await all((cursor) => listOrganizations(app, machine, { limit: 100, cursor, search: text }));
  const found = rows.find(({ slug }) => slug === text);
  if (!found) throw new CliError("There is no organization with this slug.", exitCodes.notFound);
  return found.id;
}
