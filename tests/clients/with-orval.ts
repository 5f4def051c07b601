/** Prints what a key of a new organization sees of its members, by a client of orval. */
import { createApiKey, createOrganization, listMembers, login, registerUser } from "./orval.gen";

const account = { email: "orval@example.com", password: "a client of orval" };
const bearer = (credential: string) => ({ headers: { Authorization: `Bearer ${credential}` } });

await registerUser({ ...account, fullName: "Ada" });
const session = await login(account);
if (session.status !== 200) throw new Error(session.data.error.code);
const user = bearer(session.data.accessToken);
const organization = await createOrganization({ name: "Orval" }, user);
if (organization.status !== 201) throw new Error(organization.data.error.code);
const { id } = organization.data;
const created = await createApiKey(id, { name: "CI", scopes: ["members:read"] }, user);
if (created.status !== 201) throw new Error(created.data.error.code);

const machine = bearer(created.data.key);
const members = await listMembers(id, { limit: 10 }, machine);
if (members.status !== 200) throw new Error(members.data.error.code);
console.log(members.data.data.map(({ email, role }) => `${email} ${role}`).join());
const refused = await createApiKey(id, { name: "No" }, machine);
console.log(refused.status === 403 ? refused.data.error.code : refused.status);
