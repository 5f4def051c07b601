/** What a product does with the package, in any runtime. @param tokens how access tokens are verified */
export const program = (email: string, url: string, tokens = `{ url: "${url}" }`) => `
import { createClient, isBaskError } from "bask";
import { withAdmin } from "bask/admin";
import { createApiKeyVerifier, verifyAccessToken, verifyWebhook } from "bask/server";
const url = ${JSON.stringify(url)};
const bask = createClient({ url });
const password = "correct horse battery staple";
await bask.auth.register({ email: "${email}", password, fullName: "Ada" });
await bask.auth.login({ email: "${email}", password });
const { id } = await bask.organizations.create({ name: "Acme" });
const { key, id: keyId } = await bask.apiKeys.create(id, { name: "Robot", preset: "full-access" });
const machine = createClient({ url, apiKey: key });
const names = [];
for await (const { name } of machine.apiKeys.list(id)) names.push(name);
const claims = await verifyAccessToken(bask.tokens().accessToken, ${tokens});
const verification = await createApiKeyVerifier({ url, apiKey: key })(key);
const refusal = await verifyWebhook("{}", {}, { secret: "whsec_AAAA" }).catch((error) => error.name);
const missing = await bask.organizations.get("org_none").catch((error) => isBaskError(error, "NOT_FOUND") && error.requestId.length > 0);
const stranger = await withAdmin(bask).admin.users.list().catch(({ reason }) => reason);
console.log(JSON.stringify([names, claims.userId === (await bask.me.get()).id, verification.keyId === keyId, refusal, missing, stranger]));
await bask.auth.logout();
`;
/** What it prints, as JSON. */
export const expected = [["Robot"], true, true, "WebhookVerificationError", true, "operator_required"];

/** What it does in TypeScript, and what must not compile. */
export const typed = `
import { type ApiKey, type Bask, createClient, isBaskError, type Scope } from "bask";
import { withAdmin } from "bask/admin";
import { useList, useMutation, useSession } from "bask/react";
import { verifyWebhook } from "bask/server";

const bask: Bask = createClient({ url: "https://api.example.com", timeout: 5_000 });
const scopes: Scope[] = ["members:read", "api-keys:*"];
export async function keys(organization: string): Promise<ApiKey[]> {
  const { data, rateLimit } = await bask.apiKeys.list(organization, { status: "active" }).withResponse();
  if (rateLimit && rateLimit.remaining < 10) return [];
  const { key } = await bask.apiKeys.create(organization, { name: "Robot", scopes });
  const found: ApiKey[] = [...data.data];
  for await (const one of bask.apiKeys.list(organization)) if (one.name !== key) found.push(one);
  return found;
}
export function retryAfter(error: unknown): number | undefined {
  if (isBaskError(error, "CONFLICT") && error.reason === "slug_taken") return 0;
  return isBaskError(error, "RATE_LIMITED") ? error.retryAfter : undefined;
}
export async function receive(body: string, headers: Record<string, string>): Promise<string | undefined> {
  const event = await verifyWebhook(body, headers, { secret: "whsec_..." });
  return event.type === "member.removed" ? event.data.details.role : undefined;
}
export function usePage(organization: string): string {
  const { user } = useSession();
  const { items } = useList("members.list", [organization, { search: "a" }]);
  const { mutate } = useMutation("members.remove");
  for (const { id } of items) mutate(organization, id);
  return user?.fullName ?? "";
}
export const suspended = withAdmin(bask).admin.users.list({ search: "a" });
// @ts-expect-error of operators, whose methods are an entry of their own
void bask.admin;
// @ts-expect-error not a scope
void bask.apiKeys.create("org", { name: "x", scopes: ["members:fly"] });
// @ts-expect-error not a reason of this code
if (isBaskError(0, "RATE_LIMITED") && 0 === ("slug_taken" as const)) void 0;
// @ts-expect-error there is no such method
void bask.users;
`;

/** Options of TypeScript under which it compiles. */
export const strict = [
  "--strict",
  "--noEmit",
  "--exactOptionalPropertyTypes",
  "--noUncheckedIndexedAccess",
  "--skipLibCheck",
  "false",
];

/** A page that a server renders. */
export const rendered = `import { createElement as h } from "react";
import { renderToString } from "react-dom/server";
import { createClient } from "bask";
import { BaskProvider, useSession } from "bask/react";
const Page = () => { const { status, user } = useSession(); return h("p", null, status + " " + (user?.fullName ?? "")); };
const client = createClient({ url: "http://127.0.0.1:9", cookie: true });
console.log(renderToString(h(BaskProvider, { client, initialUser: { fullName: "Ada" } }, h(Page))));`;
