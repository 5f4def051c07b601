import type { App } from "../../app";
import { shapeOf } from "../../http/shape";
import { listIdentities } from "../../identities/identities";
import { LinkedIdentity } from "../../identities/identities.contract";
import { AdminUser, AdminUserDetails } from "../../operators/operators.contract";
import { endUserSessions, getUser, listUsers, resetTwoFactor, restoreUser, suspendUser } from "../../operators/users";
import { listPasskeys } from "../../passkeys/passkeys";
import { Passkey } from "../../passkeys/passkeys.contract";
import { findUserByEmail } from "../../users/users.sql";
import { CliError, type Command, exitCodes } from "../command";
import { machine, reasonOf, reasonOption, userArgument } from "./shared";

const columns = ["id", "email", "fullName", "emailVerifiedAt", "suspendedAt", "operatorSince", "createdAt"];

/** What the API shows operators, and nothing else of a row. */
const listed = shapeOf(AdminUser) as (row: object) => Record<string, unknown>;
const listedPasskey = shapeOf(Passkey) as (row: object) => Record<string, unknown>;
const listedIdentity = shapeOf(LinkedIdentity) as (row: object) => Record<string, unknown>;
const details = shapeOf(AdminUserDetails) as (found: object) => Record<string, unknown>;

export const userCommands: readonly Command[] = [
  {
    name: "user list",
    summary: "List users, or search them by name or email",
    args: [["[search]", "a part of the name or the email"]],
    examples: ["user list", "user list ada", "user list --json"],
    async run({ app, args: [search], out }) {
      const opened = await app();
      const users = await all((cursor) => listUsers(opened, machine, { limit: 100, cursor, search }));
      out.table(users.map(listed), columns);
    },
  },
  {
    name: "user show",
    summary: "Show a user and their organizations",
    args: [userArgument],
    examples: ["user show ada@example.com", "user show usr_01... --json"],
    async run({ app, args: [user], out }) {
      const opened = await app();
      const found = await getUser(opened, machine, await userIdOf(opened, user!));
      const { organizations, externalIds, ...rest } = found;
      const lines = Object.entries(listed(rest)).map(([name, value]) => `${name}: ${shown(value)}`);
      out.data(details(found), [
        ...lines,
        ...organizations.map(({ name, role }) => `member of: ${name} (${role})`),
        ...externalIds.map(({ source, externalId }) => `imported from: ${source} (${externalId})`),
      ]);
    },
  },
  {
    name: "user passkeys",
    summary: "List a user's passkeys",
    args: [userArgument],
    examples: ["user passkeys ada@example.com", "user passkeys usr_01... --json"],
    async run({ app, args: [user], out }) {
      const opened = await app();
      const { id } = await getUser(opened, machine, await userIdOf(opened, user!));
      const { data } = await listPasskeys(opened, { userId: id });
      out.table(data.map(listedPasskey), ["id", "name", "backedUp", "createdAt", "lastUsedAt"]);
    },
  },
  {
    name: "user identities",
    summary: "List the accounts at providers that a user signs in with",
    args: [userArgument],
    examples: ["user identities ada@example.com", "user identities usr_01... --json"],
    async run({ app, args: [user], out }) {
      const opened = await app();
      const { id } = await getUser(opened, machine, await userIdOf(opened, user!));
      const { data } = await listIdentities(opened, { userId: id });
      out.table(data.map(listedIdentity), ["id", "provider", "emailAtLink", "createdAt", "lastUsedAt"]);
    },
  },
  ...[
    { verb: "suspend", summary: "Suspend a user; their sessions and API keys are refused at once", act: suspendUser },
    { verb: "restore", summary: "End the suspension of a user", act: restoreUser },
    { verb: "end-sessions", summary: "End all sessions of a user", act: endUserSessions },
    {
      verb: "reset-two-factor",
      summary: "Turn off two-factor authentication for a user who lost it",
      act: resetTwoFactor,
    },
  ].map(
    ({ verb, summary, act }): Command => ({
      name: `user ${verb}`,
      summary,
      args: [userArgument],
      options: [reasonOption],
      examples: [`user ${verb} ada@example.com --reason "ticket 4711"`],
      async run({ app, args: [user], options, out }) {
        const reason = reasonOf(options);
        const opened = await app();
        const changed = await act(opened, machine, await userIdOf(opened, user!), { reason });
        out.data(details(changed), [`${changed.email}: done.`]);
      },
    }),
  ),
];

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
