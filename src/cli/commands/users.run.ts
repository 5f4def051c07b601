import type { App } from "../../app";
import { shapeOf } from "../../http/shape";
import { listIdentities } from "../../identities/identities";
import { LinkedIdentity } from "../../identities/identities.contract";
import { AdminUser, AdminUserDetails } from "../../operators/operators.contract";
import { endUserSessions, getUser, listUsers, resetTwoFactor, restoreUser, suspendUser } from "../../operators/users";
import { listPasskeys } from "../../passkeys/passkeys";
import { Passkey } from "../../passkeys/passkeys.contract";
import { createUser } from "../../users/create-user";
import { FullName } from "../../users/users.contract";
import { findUserByEmail } from "../../users/users.sql";
import { type Call, CliError, exitCodes } from "../command";
import { parseEmail } from "./operators.run";
import { machine, reasonOf } from "./shared";

const columns = ["id", "email", "fullName", "emailVerifiedAt", "suspendedAt", "operatorSince", "createdAt"];

/** What the API shows operators, and nothing else of a row. */
const listed = shapeOf(AdminUser) as (row: object) => Record<string, unknown>;
const listedPasskey = shapeOf(Passkey) as (row: object) => Record<string, unknown>;
const listedIdentity = shapeOf(LinkedIdentity) as (row: object) => Record<string, unknown>;
const details = shapeOf(AdminUserDetails) as (found: object) => Record<string, unknown>;

export async function list({ app, args: [search], out }: Call) {
  const opened = await app();
  const users = await all((cursor) => listUsers(opened, machine, { limit: 100, cursor, search }));
  out.table(users.map(listed), columns);
}

export async function show({ app, args: [user], out }: Call) {
  const opened = await app();
  const found = await getUser(opened, machine, await userIdOf(opened, user!));
  const { organizations, externalIds, ...rest } = found;
  const lines = Object.entries(listed(rest)).map(([name, value]) => `${name}: ${shown(value)}`);
  out.data(details(found), [
    ...lines,
    ...organizations.map(({ name, role }) => `member of: ${name} (${role})`),
    ...externalIds.map(({ source, externalId }) => `imported from: ${source} (${externalId})`),
  ]);
}

export async function create({ app, args: [text], options, out, stdin }: Call) {
  const email = parseEmail(text);
  const fullName = FullName.safeParse(options.name).data;
  if (fullName === undefined)
    throw new CliError("Give a name of 1 to 100 characters in one line: --name TEXT", exitCodes.usage);
  const password = options.passwordStdin === true ? (await stdin()).replace(/\r?\n$/, "") : undefined;
  const id = await createUser(await app(), { email, fullName, password, emailVerified: options.verified === true });
  if (id === undefined) throw new CliError("This email has an account, or had one until a moment ago.");
  out.data({ id, email }, [id]);
}

export async function passkeys({ app, args: [user], out }: Call) {
  const opened = await app();
  const { id } = await getUser(opened, machine, await userIdOf(opened, user!));
  const { data } = await listPasskeys(opened, { userId: id });
  out.table(data.map(listedPasskey), ["id", "name", "backedUp", "createdAt", "lastUsedAt"]);
}

export async function identities({ app, args: [user], out }: Call) {
  const opened = await app();
  const { id } = await getUser(opened, machine, await userIdOf(opened, user!));
  const { data } = await listIdentities(opened, { userId: id });
  out.table(data.map(listedIdentity), ["id", "provider", "emailAtLink", "createdAt", "lastUsedAt"]);
}

const changes = {
  suspend: suspendUser,
  restore: restoreUser,
  "end-sessions": endUserSessions,
  "reset-two-factor": resetTwoFactor,
};

export async function change(verb: keyof typeof changes, { app, args: [user], options, out }: Call) {
  const reason = reasonOf(options);
  const opened = await app();
  const changed = await changes[verb](opened, machine, await userIdOf(opened, user!), { reason });
  out.data(details(changed), [`${changed.email}: done.`]);
}

/** The id of a user who is named by it or by their email. @throws CliError */
export async function userIdOf(app: App, text: string): Promise<string> {
  if (!text.includes("@")) return text;
  const user = await findUserByEmail(app.db.reader, text.trim().toLowerCase());
  if (!user) throw new CliError("There is no user with this email.", exitCodes.notFound);
  return user.id;
}

/** Every row of a list that is read page by page. */
export async function all<Row>(
  page: (cursor: string | undefined) => Promise<{ data: Row[]; nextCursor: string | null }>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor: string | undefined; ; ) {
    const { data, nextCursor } = await page(cursor);
    rows.push(...data);
    if (nextCursor === null) return rows;
    cursor = nextCursor;
  }
}

const shown = (value: unknown) => (value === null ? "-" : value instanceof Date ? value.toISOString() : String(value));
