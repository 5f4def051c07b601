import type { Actor, TokenActor } from "../access/actor";
import { isPermission, type Permission } from "../access/permissions";
import { permissionsOfGrant } from "../access/permit";
import { blockAt } from "../access/standing";
import type { App } from "../app";
import type { Route } from "../http/route";
import { Problem } from "../problems";

/**
 * Which routes a caller is offered at this moment: those whose need it has. The rule behind a route decides. What needs no permission an app may
 * only read: whatever it does, it was given a scope for.
 */
export async function offerTo(app: App, actor: Actor): Promise<(route: Route) => boolean> {
  const permissions = await permissionsOf(app, actor);
  return ({ needs, method }) =>
    needs === undefined ? method === "GET" || actor.kind !== "grant" : isPermission(needs) && permissions.has(needs);
}

/** What a caller may do at this moment, where it acts. */
async function permissionsOf(app: App, actor: Actor): Promise<ReadonlySet<Permission>> {
  if (actor.kind === "key") return actor.permissions;
  if (actor.kind === "user") return new Set();
  if (actor.kind === "personal_token") return permissionsOfToken(actor, app.clock.now());
  return permissionsOfGrant(app, actor).catch((error) => {
    if (error instanceof Problem && error.status < 500) return new Set<Permission>();
    throw error;
  });
}

/** What a personal access token may do in any of the organizations that it reaches. */
function permissionsOfToken({ standings, origin }: TokenActor, now: number): ReadonlySet<Permission> {
  const reached = [...standings.values()].filter(
    (standing) => !blockAt(standing, now) && (!standing.allows || standing.allows(origin.ip)),
  );
  return new Set(reached.flatMap(({ permissions }) => [...permissions]));
}

/** What an agent should know before it calls the first tool. */
export function instructionsFor(actor: Actor | undefined): string {
  const organizations = actor ? organizationsOf(actor) : [];
  const where =
    organizations.length > 0
      ? ` You act in the organization ${organizations.join(" or ")}: where a tool asks for the id of an organization, give this.`
      : "";
  return `Each tool is one operation of the API.${where} Lists come in pages: give \`nextCursor\` as \`cursor\` to go on. An error names its code, says what to do, and has the id of the request.`;
}

/** The organizations that a caller reaches, the first few of many. */
function organizationsOf(actor: Actor): readonly string[] {
  if (actor.kind === "user") return [];
  return actor.kind === "personal_token" ? [...actor.standings.keys()].slice(0, 20) : [actor.organizationId];
}
