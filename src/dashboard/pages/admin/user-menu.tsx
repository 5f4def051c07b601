import { useState } from "react";
import type { AdminUser } from "../../data/admin";
import { bask, home } from "../../data/client";
import { beginLooking } from "../../data/impersonation";
import { useMe } from "../../data/session";
import { text } from "../../text";
import { iconButton } from "../../ui/button";
import { Menu, MenuAct, MenuLine } from "../../ui/menu";
import { ReasonDialog } from "./reason-dialog";

const words = text.admin;

/** What an operator can do for, or with, an account. */
export function UserMenu({ of: user }: { of: AdminUser }) {
  const { id, fullName } = user;
  const me = useMe();
  const [open, setOpen] = useState<"suspend" | "restore" | "end" | "reset" | "look">();
  const onClose = () => setOpen(undefined);
  return (
    <>
      <Menu label={words.actionsOf(fullName)} button={iconButton("ellipsis", words.actionsOf(fullName))}>
        {!user.operatorSince && (
          <MenuAct icon="eye" act={() => setOpen("look")}>
            {words.impersonate}
          </MenuAct>
        )}
        <MenuAct icon="log-out" act={() => setOpen("end")}>
          {words.endSessions}
        </MenuAct>
        {user.twoFactorSince && (
          <MenuAct icon="smartphone" act={() => setOpen("reset")}>
            {words.resetTwoFactor}
          </MenuAct>
        )}
        {id !== me.id && <MenuLine />}
        {id !== me.id &&
          (user.suspendedAt ? (
            <MenuAct icon="rotate-ccw" act={() => setOpen("restore")}>
              {words.restore}
            </MenuAct>
          ) : (
            <MenuAct icon="ban" danger act={() => setOpen("suspend")}>
              {words.suspend}
            </MenuAct>
          ))}
      </Menu>
      {open === "look" && (
        <ReasonDialog
          title={words.impersonateTitle(fullName)}
          about={words.impersonateAbout}
          action={words.impersonate}
          run={(input) => bask.admin.users.impersonate(id, input)}
          done={(looking) => {
            beginLooking({ ...looking, fullName });
            // A new page, so that nothing is left of what the operator saw as themselves.
            location.assign(home);
          }}
          onClose={onClose}
        />
      )}
      {open === "end" && (
        <ReasonDialog
          title={words.endSessionsTitle(fullName)}
          about={words.endSessionsAbout}
          action={words.endSessions}
          danger
          run={(input) => bask.admin.users.endSessions(id, input)}
          onClose={onClose}
        />
      )}
      {open === "reset" && (
        <ReasonDialog
          title={words.resetTwoFactorTitle(fullName)}
          about={words.resetTwoFactorAbout}
          action={words.resetTwoFactor}
          danger
          run={(input) => bask.admin.users.resetTwoFactor(id, input)}
          onClose={onClose}
        />
      )}
      {open === "suspend" && (
        <ReasonDialog
          title={words.suspendUser(fullName)}
          about={words.suspendUserAbout}
          action={words.suspend}
          danger
          run={(input) => bask.admin.users.suspend(id, input)}
          onClose={onClose}
        />
      )}
      {open === "restore" && (
        <ReasonDialog
          title={words.restoreTitle(fullName)}
          about={words.restoreAbout}
          action={words.restore}
          run={(input) => bask.admin.users.restore(id, input)}
          onClose={onClose}
        />
      )}
    </>
  );
}
