import { useState } from "react";
import type { AdminBask } from "../../../sdk/admin";
import type { ConnectedApp } from "../../data/apps";
import { useOrganization } from "../../data/organization";
import { usePolicy } from "../../data/settings";
import { text } from "../../text";
import { iconButton } from "../../ui/button";
import { Confirm } from "../../ui/confirm";
import { Menu, MenuAct } from "../../ui/menu";
import { attempt, say } from "../../ui/toast";
import { DisconnectApp } from "./disconnect-app";

const words = text.organizationApps;

/** What an admin can do with an app that acts for a member: end that, or keep the app out of the organization altogether. */
export function ConnectedAppMenu({ of: app }: { of: ConnectedApp }) {
  const { id } = useOrganization();
  const { data: policy } = usePolicy();
  const [open, setOpen] = useState<"disconnect" | "block">();
  const close = () => setOpen(undefined);
  const { client, user, blockedBy } = app;
  const label = words.actionsOf(`${client.name}, ${user.fullName}`);
  const others = (policy?.blockedClients ?? []).filter((other) => other !== client.id);
  // What another admin has blocked meanwhile is not taken back: the policy is then asked for again.
  const setBlocked = (bask: AdminBask, { etag }: { etag: string }, blocked: string[]) =>
    bask.policy.update(id, { etag, blockedClients: blocked.length > 0 ? blocked : null });
  return (
    <>
      <Menu label={label} button={iconButton("ellipsis", label)}>
        <MenuAct icon="log-out" act={() => setOpen("disconnect")}>
          {words.disconnect}
        </MenuAct>
        {policy && blockedBy === null && (
          <MenuAct icon="ban" danger act={() => setOpen("block")}>
            {words.block}
          </MenuAct>
        )}
        {policy?.blockedClients?.includes(client.id) && (
          <MenuAct
            icon="rotate-ccw"
            act={() => void attempt((bask) => setBlocked(bask, policy, others), words.unblockDone)}
          >
            {words.unblock}
          </MenuAct>
        )}
      </Menu>
      {open === "disconnect" && <DisconnectApp of={app} onClose={close} />}
      {open === "block" && policy && (
        <Confirm
          title={words.blockTitle(client.name)}
          about={words.blockAbout}
          action={words.block}
          run={(bask) => setBlocked(bask, policy, [...others, client.id])}
          done={() => {
            close();
            say(words.blockDone);
          }}
          onClose={close}
        />
      )}
    </>
  );
}
