import { useState } from "react";
import { type CreatedPersonalToken, type PersonalToken, usePersonalTokens } from "../../data/tokens";
import { text } from "../../text";
import { Badge } from "../../ui/badge";
import { Button, iconButton } from "../../ui/button";
import { Confirm } from "../../ui/confirm";
import { Empty } from "../../ui/empty";
import { Choice, Choices } from "../../ui/field";
import { DialogForm, useAct } from "../../ui/form";
import { confirmed } from "../../ui/identity-dialog";
import { List } from "../../ui/list";
import { Menu, MenuAct, MenuLine } from "../../ui/menu";
import { PageHead } from "../../ui/page";
import { Time } from "../../ui/time";
import { say } from "../../ui/toast";
import { ScopeSummary } from "../keys/key-status";
import { RevealKey } from "../keys/reveal-key";
import { CreateToken } from "./create-token";

const words = text.tokens;
const { keys } = text;

/** The tokens with which the user's own programs act for them. */
export default function Tokens() {
  const [open, setOpen] = useState<{ act: "create" } | { act: "rotate" | "revoke"; token: PersonalToken }>();
  const [created, setCreated] = useState<CreatedPersonalToken>();
  const close = () => setOpen(undefined);
  const reveal = async (token: CreatedPersonalToken) => {
    close();
    setCreated(token);
  };
  const create = (
    <Button kind="primary" icon="plus" onClick={() => setOpen({ act: "create" })}>
      {words.create}
    </Button>
  );
  return (
    <>
      <PageHead title={words.title} about={words.about} action={create} />
      <List
        query={usePersonalTokens()}
        caption={words.list}
        keyOf={({ id }) => id}
        empty={
          <Empty title={words.emptyTitle} about={words.emptyAbout}>
            {create}
          </Empty>
        }
        columns={[
          {
            label: keys.name,
            kind: "title",
            cell: ({ name, prefix }) => (
              <span className="main">
                <strong>{name}</strong>
                <code className="muted small">{prefix}…</code>
              </span>
            ),
          },
          { label: keys.scopes, cell: ({ scopes }) => <ScopeSummary scopes={scopes} /> },
          {
            label: words.organization,
            cell: ({ organizationId }) => (organizationId ? words.oneOrganization : words.everyOrganization),
          },
          {
            label: keys.status,
            cell: ({ status }) => (
              <Badge tone={status === "active" ? "good" : "neutral"}>{words.statuses[status]}</Badge>
            ),
          },
          { label: keys.lastUsed, cell: ({ lastUsedAt }) => <Time at={lastUsedAt} /> },
          { label: keys.expires, cell: ({ expiresAt }) => <Time at={expiresAt} /> },
          {
            label: text.common.actions,
            kind: "actions",
            cell: (token) => (
              <Menu label={keys.actionsOf(token.name)} button={iconButton("ellipsis", keys.actionsOf(token.name))}>
                {token.status === "active" && !token.replacedBy && (
                  <>
                    <MenuAct icon="refresh-cw" act={() => setOpen({ act: "rotate", token })}>
                      {keys.rotate}
                    </MenuAct>
                    <MenuLine />
                  </>
                )}
                <MenuAct icon="ban" danger act={() => setOpen({ act: "revoke", token })}>
                  {keys.revoke}
                </MenuAct>
              </Menu>
            ),
          },
        ]}
      />
      {open?.act === "create" && <CreateToken done={reveal} onClose={close} />}
      {open?.act === "rotate" && <RotateToken of={open.token} done={reveal} onClose={close} />}
      {open?.act === "revoke" && (
        <Confirm
          title={keys.revokeTitle(open.token.name)}
          about={words.revokeAbout}
          action={keys.revoke}
          run={(bask) => bask.personalTokens.revoke(open.token.id)}
          done={() => {
            close();
            say(words.revoked);
          }}
          onClose={close}
        />
      )}
      {created && (
        <RevealKey
          of={{ key: created.token }}
          title={words.revealTitle}
          variable="BASK_TOKEN"
          onClose={() => setCreated(undefined)}
        />
      )}
    </>
  );
}

/** Replaces a token: when does the old one end? */
function RotateToken({
  of: { id, name },
  done,
  onClose,
}: {
  of: PersonalToken;
  done: (created: CreatedPersonalToken) => Promise<void>;
  onClose: () => void;
}) {
  const form = useAct(
    { overlap: "1" },
    (bask, { overlap }) => confirmed(() => bask.personalTokens.rotate(id, { overlap: Number(overlap) })),
    done,
  );
  return (
    <DialogForm
      title={keys.rotateTitle(name)}
      about={words.rotateAbout}
      state={form}
      action={keys.rotate}
      onClose={onClose}
    >
      <Choices label={words.overlap} error={form.errorOf("overlap")}>
        {Object.entries(keys.overlaps).map(([days, label]) => (
          <Choice
            key={days}
            type="radio"
            name="overlap"
            label={label}
            checked={form.values.overlap === days}
            onChange={() => form.set({ overlap: days })}
          />
        ))}
      </Choices>
    </DialogForm>
  );
}
