import { useState } from "react";
import { useLocation } from "wouter";
import { useWebhookOwner, type Webhook, type WebhookWithSecret } from "../../data/webhooks";
import { text } from "../../text";
import { iconButton } from "../../ui/button";
import { Confirm } from "../../ui/confirm";
import { Menu, MenuAct, MenuLine } from "../../ui/menu";
import { attempt, say } from "../../ui/toast";
import { EditWebhook } from "./edit-webhook";
import { EnableWebhook } from "./enable-webhook";
import { WebhookSecret } from "./webhook-secret";

const words = text.webhooks;

/** What can be done with an endpoint. */
export function WebhookMenu({ of: webhook }: { of: Webhook }) {
  const { apiOf, may } = useWebhookOwner();
  const [, go] = useLocation();
  const [open, setOpen] = useState<"edit" | "rotate" | "enable" | "delete">();
  const [rotated, setRotated] = useState<WebhookWithSecret>();
  if (!may("webhooks:update") && !may("webhooks:delete")) return null;
  const close = () => setOpen(undefined);
  const test = () => attempt((bask) => apiOf(bask).test(webhook.id), words.tested);
  const disable = () => attempt((bask) => apiOf(bask).update(webhook.id, { enabled: false }), words.disabled);
  return (
    <>
      <Menu label={words.actionsOf(webhook.url)} button={iconButton("ellipsis", words.actionsOf(webhook.url))}>
        {may("webhooks:update") && (
          <>
            <MenuAct icon="pencil" act={() => setOpen("edit")}>
              {words.edit}
            </MenuAct>
            <MenuAct icon="send" act={test}>
              {words.test}
            </MenuAct>
            <MenuAct icon="refresh-cw" act={() => setOpen("rotate")}>
              {words.rotate}
            </MenuAct>
            {webhook.status === "enabled" ? (
              <MenuAct icon="power" act={disable}>
                {words.disable}
              </MenuAct>
            ) : (
              <MenuAct icon="power" act={() => setOpen("enable")}>
                {words.enable}
              </MenuAct>
            )}
          </>
        )}
        {may("webhooks:delete") && (
          <>
            <MenuLine />
            <MenuAct icon="trash" danger act={() => setOpen("delete")}>
              {words.delete}
            </MenuAct>
          </>
        )}
      </Menu>
      {open === "edit" && <EditWebhook of={webhook} onClose={close} />}
      {open === "enable" && <EnableWebhook of={webhook} onClose={close} />}
      {open === "rotate" && (
        <Confirm
          title={words.rotateTitle}
          about={words.rotateAbout}
          action={words.rotate}
          danger={false}
          run={(bask) => apiOf(bask).rotateSecret(webhook.id)}
          done={(rotated) => {
            close();
            setRotated(rotated);
          }}
          onClose={close}
        />
      )}
      {open === "delete" && (
        <Confirm
          title={words.deleteTitle}
          about={words.deleteAbout}
          action={words.delete}
          run={(bask) => apiOf(bask).delete(webhook.id)}
          done={() => {
            close();
            go("/webhooks");
            say(words.deleted);
          }}
          onClose={close}
        />
      )}
      {rotated && <WebhookSecret of={rotated} onClose={() => setRotated(undefined)} />}
    </>
  );
}
