import type { Operator } from "../access/actor";
import type { App } from "../app";
import type { AuditAction } from "../audit/actions.contract";
import { type AuditInput, pageOfChain } from "../audit/audit-logs";
import type { Writer } from "../db/database";
import { isId, type OrganizationId } from "../ids";
import type { PlanName, PlanOverrides } from "../limits/plans";
import { countMembers } from "../members/members.sql";
import { afterCursor, type PageInput, toPage } from "../paging";
import { Problem } from "../problems";
import {
  countKeys,
  findAnyOrganization,
  listAllOrganizations,
  setEntitlements,
  setOrganizationSuspended,
} from "./operators.sql";
import { recordAct } from "./record-act";
import { requireStillOperator } from "./require-operator";

export async function listOrganizations(
  app: App,
  _operator: Operator,
  { limit, cursor, search }: PageInput & { search?: string | undefined },
) {
  const page = { after: afterCursor(cursor), limit: limit + 1 };
  return toPage(await listAllOrganizations(app.db.reader, search, page), limit);
}

export async function getOrganizationDetails(app: App, _operator: Operator, organizationId: string) {
  const { reader } = app.db;
  const organization = isId("org", organizationId) ? await findAnyOrganization(reader, organizationId) : undefined;
  if (!organization) throw new Problem("NOT_FOUND");
  const { id } = organization;
  return { ...organization, members: await countMembers(reader, id), apiKeys: await countKeys(reader, id) };
}

/** Suspends an organization: its members and keys are refused from the next request on. Its data stays as it is. */
export async function suspendOrganization(
  app: App,
  operator: Operator,
  organizationId: string,
  { reason }: { reason: string },
) {
  return auditedChange(app, operator, organizationId, "organization.suspended", { reason }, (tx, id) =>
    setOrganizationSuspended(tx, id, true),
  );
}

/** Ends the suspension of an organization. */
export async function restoreSuspendedOrganization(
  app: App,
  operator: Operator,
  organizationId: string,
  { reason }: { reason: string },
) {
  return auditedChange(app, operator, organizationId, "organization.suspension_ended", { reason }, (tx, id) =>
    setOrganizationSuspended(tx, id, false),
  );
}

/**
 * Sets an organization's plan, from the next request on. What it already has beyond the new limits stays, and nothing can be added.
 * Overrides replace limits of the plan, whichever it is.
 */
export async function updatePlan(
  app: App,
  operator: Operator,
  organizationId: string,
  { reason, plan, overrides = null }: { reason: string; plan: PlanName; overrides?: PlanOverrides | null | undefined },
) {
  const details = { reason, plan, ...(overrides && { overrides }) };
  return auditedChange(app, operator, organizationId, "organization.plan_changed", details, async (tx, id) => {
    await setEntitlements(tx, id, { plan, planOverrides: overrides });
    return true;
  });
}

export async function readAuditLogs(app: App, operator: Operator, organizationId: string, input: AuditInput) {
  const { id } = await getOrganizationDetails(app, operator, organizationId);
  return pageOfChain(app, id, input, { withEmails: true });
}

/** Changes an organization and records why in its audit log; nothing is recorded when nothing changed. */
async function auditedChange(
  app: App,
  operator: Operator,
  organizationId: string,
  action: AuditAction,
  details: Record<string, unknown>,
  change: (tx: Writer, id: OrganizationId) => Promise<boolean>,
) {
  const { id } = await getOrganizationDetails(app, operator, organizationId);
  await app.db.write(async (tx) => {
    await requireStillOperator(tx, operator);
    if (await change(tx, id)) await recordAct(tx, operator, { action, target: id, details });
  });
  return getOrganizationDetails(app, operator, organizationId);
}
