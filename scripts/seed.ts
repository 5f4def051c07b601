#!/usr/bin/env bun
/**
 * Fills an empty installation with something to try out: two people, an organization, an invitation and two API keys, made by the
 * same rules as everything else. `bun run seed` refuses a database that has people; `bun run seed --force` adds to it.
 */
import { randomBytes } from "node:crypto";
import type { Visitor } from "../src/access/actor";
import { identifyUser } from "../src/access/authenticate";
import { createApiKey } from "../src/api-keys/api-keys";
import type { App } from "../src/app";
import { basePath } from "../src/http/route";
import { invite } from "../src/invitations/invitations";
import { listUserRows } from "../src/operators/operators.sql";
import { createOrganization } from "../src/organizations/organizations";
import { login } from "../src/sessions/login";
import { register } from "../src/users/users";
import { parseArguments } from "./arguments";
import { inNewInstallation } from "./installation";

const { force } = parseArguments("bun run seed [--force]", {
  options: { force: { type: "boolean", default: false } },
}).values;

const visitor: Visitor = { kind: "visitor", origin: { requestId: "seed", ip: "127.0.0.1", userAgent: "bun run seed" } };

await inNewInstallation(async (app) => {
  const [someone] = await listUserRows(app.db.reader, undefined, { after: "", limit: 1 });
  if (someone && !force) {
    console.error("This database has people in it. To add the examples anyway: bun run seed --force");
    return 1;
  }
  console.log(describeSeed(app, await seed(app, someone ? `.${randomBytes(3).toString("hex")}` : "")));
  return 0;
});

/** @param suffix what makes the email addresses new */
async function seed(given: App, suffix: string) {
  // No one reads the emails of example.com, so nothing may wait for their addresses to be verified.
  const app: App = { ...given, config: { ...given.config, emailVerification: "offered" } };
  const password = randomBytes(48).toString("base64url").slice(0, Math.max(16, app.config.passwordMinLength));
  const ada = { email: `ada${suffix}@example.com`, password, fullName: "Ada Lovelace" };
  const grace = { email: `grace${suffix}@example.com`, password, fullName: "Grace Hopper" };
  for (const person of [ada, grace]) await register(app, visitor, person);

  const { accessToken } = await login(app, visitor, ada);
  const actor = await identifyUser(app, accessToken, visitor.origin);
  const organization = await createOrganization(app, actor, { name: "Analytical Engines" });
  await invite(app, actor, organization.id, { email: grace.email, role: "member" });
  const createKey = (name: string, environment: "live" | "test") =>
    createApiKey(app, actor, organization.id, { name, environment, preset: "read-only", expiresInDays: 90 });
  const [live, test] = [await createKey("Website", "live"), await createKey("Development", "test")];
  return { ada, grace, organization, live, test };
}

function describeSeed(app: App, { ada, grace, organization, live, test }: Awaited<ReturnType<typeof seed>>): string {
  const url = app.config.publicUrl + basePath;
  return `${ada.fullName}, owner: ${ada.email}
${grace.fullName}, invited: ${grace.email}
Password of both: ${ada.password}
Organization: ${organization.id} (${organization.name})
Live key: ${live.key}
Test key: ${test.key}

Start Bask with \`bun dev\`, and in another terminal type:

  curl ${url}/organizations/${organization.id}/members -H "X-API-Key: ${live.key}"
  curl ${url}/auth/login --json '{"email":"${ada.email}","password":"${ada.password}"}'

The invitation is emailed to Grace once Bask runs; without SMTP_URL its link is in the log.`;
}
