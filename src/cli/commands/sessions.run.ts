import { endUserSession, listUserSessions } from "../../operators/users";
import type { Call } from "../command";
import { machine, reasonOf } from "./shared";
import { userIdOf } from "./users.run";

export async function list({ app, args: [user], out }: Call) {
  const opened = await app();
  const sessions = await listUserSessions(opened, machine, await userIdOf(opened, user!));
  out.table(sessions, ["id", "device", "isBound", "ip", "createdAt", "lastUsedAt"]);
}

export async function end({ app, args: [session], options, out }: Call) {
  const reason = reasonOf(options);
  const ended = await endUserSession(await app(), machine, session!, { reason });
  out.data(ended, [`${ended.id}: ended.`]);
}
