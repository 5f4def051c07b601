/** Prints what a key of a new organization sees of its members, by a client of openapi-typescript. */
import createClient from "openapi-fetch";
import document from "./openapi.json" with { type: "json" };
import type { paths } from "./openapi-typescript.gen";

const baseUrl = document.servers[0]!.url;
const account = { email: "openapi-fetch@example.com", password: "a client of openapi-fetch" };

function orThrow<T>({ data, error }: { data?: T; error?: { error: { code: string } } }): T {
  if (error || data === undefined) throw new Error(error?.error.code ?? "There is no body.");
  return data;
}

const visitor = createClient<paths>({ baseUrl });
orThrow(await visitor.POST("/auth/register", { body: { ...account, fullName: "Ada" } }));
const { accessToken } = orThrow(await visitor.POST("/auth/login", { body: account }));

const user = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${accessToken}` } });
const { id } = orThrow(await user.POST("/organizations", { body: { name: "Openapi Fetch" } }));
const { key } = orThrow(
  await user.POST("/organizations/{id}/api-keys", {
    params: { path: { id } },
    body: { name: "CI", scopes: ["members:read"] },
  }),
);

const machine = createClient<paths>({ baseUrl, headers: { "X-API-Key": key } });
const members = orThrow(
  await machine.GET("/organizations/{id}/members", { params: { path: { id }, query: { limit: 10 } } }),
);
console.log(members.data.map(({ email, role }) => `${email} ${role}`).join());
const refused = await machine.POST("/organizations/{id}/api-keys", { params: { path: { id } }, body: { name: "No" } });
console.log(refused.error?.error.code);
