import { useState } from "react";
import type { Passkey } from "../../../sdk/client";
import { bask } from "../../data/client";
import { useWholeList } from "../../data/pages";
import { text } from "../../text";
import { Badge } from "../../ui/badge";
import { Button, iconButton } from "../../ui/button";
import { Confirm } from "../../ui/confirm";
import { passkeysQuery } from "../../ui/factors";
import { TextField } from "../../ui/field";
import { DialogForm, useAct, useForm } from "../../ui/form";
import { confirmed } from "../../ui/identity-dialog";
import { List } from "../../ui/list";
import { Menu, MenuAct, MenuLine } from "../../ui/menu";
import { Section } from "../../ui/section";
import { Time } from "../../ui/time";
import { say } from "../../ui/toast";

const words = text.security;

/** The user's passkeys: they sign in without a password, and without a code. */
export function Passkeys() {
  const [open, setOpen] = useState<{ act: "add" } | { act: "rename" | "remove"; passkey: Passkey }>();
  const close = () => setOpen(undefined);
  return (
    <Section
      title={words.passkeys}
      about={words.passkeysAbout}
      action={
        <Button icon="plus" onClick={() => setOpen({ act: "add" })}>
          {words.addPasskey}
        </Button>
      }
    >
      <List
        query={useWholeList(passkeysQuery)}
        caption={words.passkeys}
        empty={words.noPasskeys}
        lines={2}
        keyOf={({ id }) => id}
        columns={[
          {
            label: words.passkey,
            kind: "title",
            cell: ({ name, backedUp }) => (
              <span className="row">
                <strong>{name}</strong>
                <Badge>{backedUp ? words.synced : words.onDevice}</Badge>
              </span>
            ),
          },
          { label: words.added, cell: ({ createdAt }) => <Time at={createdAt} /> },
          { label: words.lastUsed, cell: ({ lastUsedAt }) => <Time at={lastUsedAt} /> },
          {
            label: text.common.actions,
            kind: "actions",
            cell: (passkey) => (
              <Menu
                label={words.actionsOf(passkey.name)}
                button={iconButton("ellipsis", words.actionsOf(passkey.name))}
              >
                <MenuAct icon="pencil" act={() => setOpen({ act: "rename", passkey })}>
                  {words.rename}
                </MenuAct>
                <MenuLine />
                <MenuAct icon="trash" danger act={() => setOpen({ act: "remove", passkey })}>
                  {words.remove}
                </MenuAct>
              </Menu>
            ),
          },
        ]}
      />
      {open?.act === "add" && <AddPasskey onClose={close} />}
      {open?.act === "rename" && <RenamePasskey of={open.passkey} onClose={close} />}
      {open?.act === "remove" && (
        <Confirm
          title={words.removeTitle(open.passkey.name)}
          about={words.removeAbout}
          action={words.remove}
          run={(bask) => confirmed(() => bask.passkeys.remove(open.passkey.id))}
          done={() => {
            close();
            say(words.removed);
          }}
          onClose={close}
        />
      )}
    </Section>
  );
}

function AddPasskey({ onClose }: { onClose: () => void }) {
  const form = useForm(
    { name: "" },
    ({ name }) => confirmed(() => bask.passkeys.create(name.trim() ? { name } : {})),
    () => {
      onClose();
      say(words.passkeyAdded);
    },
  );
  return (
    <DialogForm
      title={words.addPasskey}
      about={words.addPasskeyAbout}
      state={form}
      action={text.account.continue}
      onClose={onClose}
    >
      <TextField
        label={words.passkeyName}
        help={words.passkeyNameHelp}
        optional
        maxLength={60}
        autoComplete="off"
        {...form.input("name")}
      />
    </DialogForm>
  );
}

function RenamePasskey({ of: { id, name }, onClose }: { of: Passkey; onClose: () => void }) {
  const form = useAct(
    { name },
    (bask, change) => confirmed(() => bask.passkeys.rename(id, change)),
    () => {
      onClose();
    },
  );
  return (
    <DialogForm title={words.rename} state={form} action={text.common.save} onClose={onClose}>
      <TextField label={words.passkeyName} maxLength={60} autoComplete="off" {...form.input("name")} />
    </DialogForm>
  );
}
