import { type ComponentProps, Fragment, useState } from "react";
import { text } from "../../text";
import { iconButton } from "../../ui/button";
import type { IconName } from "../../ui/icons";
import { Menu, MenuAct, MenuLine } from "../../ui/menu";
import { ReasonDialog } from "./reason-dialog";

const words = text.admin;

/** Something that an operator can do: how it stands in a menu, and what the dialog says that asks for the reason. */
export interface OperatorAct extends Omit<ComponentProps<typeof ReasonDialog>, "onClose"> {
  icon: IconName;
  /** Whether a line stands before it, for what ends or begins everything. */
  isApart?: boolean;
}

/** What an operator can do with a user or an organization, each with a reason. */
export function OperatorMenu({ of: name, acts }: { of: string; acts: readonly OperatorAct[] }) {
  const [open, setOpen] = useState<OperatorAct>();
  return (
    <>
      <Menu label={words.actionsOf(name)} button={iconButton("ellipsis", words.actionsOf(name))}>
        {acts.map((act) => (
          <Fragment key={act.action}>
            {act.isApart && <MenuLine />}
            <MenuAct icon={act.icon} danger={act.icon === "ban"} act={() => setOpen(act)}>
              {act.action}
            </MenuAct>
          </Fragment>
        ))}
      </Menu>
      {open && <ReasonDialog {...open} onClose={() => setOpen(undefined)} />}
    </>
  );
}

/** Suspending what works, and restoring what is suspended. */
export const suspension = (
  { name, suspendedAt }: { name: string; suspendedAt: string | null },
  suspend: Pick<OperatorAct, "title" | "about" | "run">,
  restore: OperatorAct["run"],
): OperatorAct =>
  suspendedAt
    ? {
        icon: "rotate-ccw",
        action: words.restore,
        title: words.restoreTitle(name),
        about: words.restoreAbout,
        run: restore,
      }
    : { icon: "ban", action: words.suspend, danger: true, ...suspend };
