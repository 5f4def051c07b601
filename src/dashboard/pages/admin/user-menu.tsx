import type { AdminUser } from "../../data/admin";
import { home } from "../../data/client";
import { beginLooking, type Looking } from "../../data/impersonation";
import { useMe } from "../../data/session";
import { text } from "../../text";
import { type OperatorAct, OperatorMenu, suspension } from "./operator-menu";

const words = text.admin;

/** What an operator can do for, or with, an account. */
export function UserMenu({ of: user }: { of: AdminUser }) {
  const { id, fullName } = user;
  const me = useMe();
  const look: OperatorAct = {
    icon: "eye",
    action: words.impersonate,
    title: words.impersonateTitle(fullName),
    about: words.impersonateAbout,
    run: (bask, input) => bask.admin.users.impersonate(id, input),
    done(started: Omit<Looking, "fullName">) {
      beginLooking({ ...started, fullName });
      // A new page, so that nothing is left of what the operator saw as themselves.
      location.assign(home);
    },
  };
  const endSessions: OperatorAct = {
    icon: "log-out",
    action: words.endSessions,
    title: words.endSessionsTitle(fullName),
    about: words.endSessionsAbout,
    danger: true,
    run: (bask, input) => bask.admin.users.endSessions(id, input),
  };
  const resetTwoFactor: OperatorAct = {
    icon: "smartphone",
    action: words.resetTwoFactor,
    title: words.resetTwoFactorTitle(fullName),
    about: words.resetTwoFactorAbout,
    danger: true,
    run: (bask, input) => bask.admin.users.resetTwoFactor(id, input),
  };
  const suspend: OperatorAct = {
    ...suspension(
      { name: fullName, suspendedAt: user.suspendedAt },
      {
        title: words.suspendUser(fullName),
        about: words.suspendUserAbout,
        run: (bask, input) => bask.admin.users.suspend(id, input),
      },
      (bask, input) => bask.admin.users.restore(id, input),
    ),
    isApart: true,
  };
  return (
    <OperatorMenu
      of={fullName}
      acts={[
        ...(user.operatorSince ? [] : [look]),
        endSessions,
        ...(user.twoFactorSince ? [resetTwoFactor] : []),
        ...(id === me.id ? [] : [suspend]),
      ]}
    />
  );
}
