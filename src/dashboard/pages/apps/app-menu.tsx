import { useState } from "react";
import { type AppWithSecret, type RegisteredApp, useAppOwner } from "../../data/apps";
import { text } from "../../text";
import { iconButton } from "../../ui/button";
import { Confirm } from "../../ui/confirm";
import { Menu, MenuAct, MenuLine } from "../../ui/menu";
import { say } from "../../ui/toast";
import { AppSecret } from "./app-secret";
import { EditApp } from "./edit-app";

const words = text.organizationApps;

/** What can be done with a registered app. */
export function AppMenu({ of: app }: { of: RegisteredApp }) {
  const { apiOf } = useAppOwner();
  const [open, setOpen] = useState<"edit" | "rotate" | "delete">();
  const [rotated, setRotated] = useState<AppWithSecret>();
  const close = () => setOpen(undefined);
  const { name, clientId, hasSecret } = app;
  return (
    <>
      <Menu label={words.actionsOf(name)} button={iconButton("ellipsis", words.actionsOf(name))}>
        <MenuAct icon="pencil" act={() => setOpen("edit")}>
          {words.edit}
        </MenuAct>
        {hasSecret && (
          <MenuAct icon="refresh-cw" act={() => setOpen("rotate")}>
            {words.rotate}
          </MenuAct>
        )}
        <MenuLine />
        <MenuAct icon="trash" danger act={() => setOpen("delete")}>
          {words.delete}
        </MenuAct>
      </Menu>
      {open === "edit" && <EditApp of={app} onClose={close} />}
      {open === "rotate" && (
        <Confirm
          title={words.rotateTitle(name)}
          about={words.rotateAbout}
          action={words.rotate}
          danger={false}
          run={(bask) => apiOf(bask).rotateSecret(clientId)}
          done={(rotated) => {
            close();
            setRotated(rotated);
          }}
          onClose={close}
        />
      )}
      {open === "delete" && (
        <Confirm
          title={words.deleteTitle(name)}
          about={words.deleteAbout}
          action={words.delete}
          run={(bask) => apiOf(bask).delete(clientId)}
          done={() => {
            close();
            say(words.deleted);
          }}
          onClose={close}
        />
      )}
      {rotated && <AppSecret of={rotated} onClose={() => setRotated(undefined)} />}
    </>
  );
}
