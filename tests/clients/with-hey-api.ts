/** Prints what a key of a new organization sees of its members, by a client of hey-api. */
import { createApiKey, createOrganization, listMembers, login, registerUser } from "./hey-api";
import { client } from "./hey-api/client.gen";

const account = { email: "hey-api@example.com", password: "a client of hey-api" };
let credential = "";
client.setConfig({ auth: () => credential });

await registerUser({ body: { ...account, fullName: "Ada" }, throwOnError: true });
credential = (await login({ body: account, throwOnError: true })).data.accessToken;
const { id } = (await createOrganization({ body: { name: "Hey API" }, throwOnError: true })).data;
const created = await createApiKey({
  path: { id },
  body: { name: "CI", scopes: ["members:read"] },
  throwOnError: true,
});

credential = created.data.key;
const members = await listMembers({ path: { id }, query: { limit: 10 }, throwOnError: true });
console.log(members.data.data.map(({ email, role }) => `${email} ${role}`).join());
const refused = await createApiKey({ path: { id }, body: { name: "No" } });
console.log(refused.error?.error.code);
