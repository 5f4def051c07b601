import { useState } from "react";
import type { ApiKey, CreatedApiKey } from "../../data/keys";
import { useMay, useOrganization } from "../../data/organization";
import { text } from "../../text";
import { iconButton } from "../../ui/button";
import { Menu, MenuAct, MenuLine, MenuLink } from "../../ui/menu";
import { attempt } from "../../ui/toast";
import { RevealKey } from "./reveal-key";
import { RevokeKey } from "./revoke-key";
import { RotateKey } from "./rotate-key";

const words = text.keys;

/** What can be done with a key, by whom may do it. */
export function KeyMenu({ of: key }: { of: ApiKey }) {
  const { id } = useOrganization();
  const may = useMay();
  const [open, setOpen] = useState<"rotate" | "revoke">();
  const [rotated, setRotated] = useState<CreatedApiKey>();
  const isOver = key.status === "revoked" || key.status === "expired";
  const close = () => setOpen(undefined);
  const toggle = (act: "enable" | "disable") => attempt((bask) => bask.apiKeys[act](id, key.id), words[`${act}d`]);
  return (
    <>
      <Menu label={words.actionsOf(key.name)} button={iconButton("ellipsis", words.actionsOf(key.name))}>
        <MenuLink to={`/keys/${key.id}`} icon="eye">
          {words.details}
        </MenuLink>
        {!isOver && may("api-keys:update") && (
          <>
            <MenuAct icon="refresh-cw" act={() => setOpen("rotate")}>
              {words.rotate}
            </MenuAct>
            {key.status === "disabled" ? (
              <MenuAct icon="power" act={() => toggle("enable")}>
                {words.enable}
              </MenuAct>
            ) : (
              <MenuAct icon="power" act={() => toggle("disable")}>
                {words.disable}
              </MenuAct>
            )}
          </>
        )}
        {key.status !== "revoked" && may("api-keys:delete") && (
          <>
            <MenuLine />
            <MenuAct icon="ban" danger act={() => setOpen("revoke")}>
              {words.revoke}
            </MenuAct>
          </>
        )}
      </Menu>
      {open === "revoke" && <RevokeKey of={key} onClose={close} />}
      {open === "rotate" && (
        <RotateKey
          of={key}
          onClose={close}
          done={(created) => {
            close();
            setRotated(created);
          }}
        />
      )}
      {rotated && <RevealKey of={rotated} onClose={() => setRotated(undefined)} />}
    </>
  );
}
