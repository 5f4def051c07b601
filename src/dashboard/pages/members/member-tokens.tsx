import { useState } from "react";
import { useMay, useOrganization } from "../../data/organization";
import { type MemberToken, useMemberTokens } from "../../data/tokens";
import { text } from "../../text";
import { Badge } from "../../ui/badge";
import { iconButton } from "../../ui/button";
import { Confirm } from "../../ui/confirm";
import { Empty } from "../../ui/empty";
import { List } from "../../ui/list";
import { Menu, MenuAct, MenuLine } from "../../ui/menu";
import { PageHead } from "../../ui/page";
import { Time } from "../../ui/time";
import { say } from "../../ui/toast";
import { ScopeSummary } from "../keys/key-status";

const words = text.tokens;
const { keys } = text;

/** The personal access tokens of members that reach the organization. */
export default function MemberTokens() {
  const { id } = useOrganization();
  const may = useMay();
  const [open, setOpen] = useState<{ act: "approve" | "end"; token: MemberToken }>();
  const close = () => setOpen(undefined);
  return (
    <>
      <PageHead title={words.title} about={words.memberAbout} />
      <List
        query={useMemberTokens()}
        caption={words.memberList}
        keyOf={(token) => token.id}
        empty={<Empty title={words.memberEmptyTitle} about={words.memberEmptyAbout} />}
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
          { label: words.owner, cell: ({ fullName, userId }) => fullName ?? userId },
          { label: keys.scopes, cell: ({ scopes }) => <ScopeSummary scopes={scopes} /> },
          { label: words.reaches, cell: ({ reachesAll }) => (reachesAll ? words.everywhere : words.onlyHere) },
          {
            label: keys.status,
            cell: ({ blockedBecause }) => (
              <Badge tone={blockedBecause ? "warn" : "good"}>
                {blockedBecause ? words.blocks[blockedBecause] : words.statuses.active}
              </Badge>
            ),
          },
          { label: keys.lastUsed, cell: ({ lastUsedAt }) => <Time at={lastUsedAt} /> },
          {
            label: text.common.actions,
            kind: "actions",
            cell: (token) => (
              <Menu label={keys.actionsOf(token.name)} button={iconButton("ellipsis", keys.actionsOf(token.name))}>
                {token.blockedBecause === "awaits_approval" && may("personal-tokens:approve") && (
                  <>
                    <MenuAct icon="check" act={() => setOpen({ act: "approve", token })}>
                      {words.approve}
                    </MenuAct>
                    <MenuLine />
                  </>
                )}
                {may("personal-tokens:end") && (
                  <MenuAct icon="ban" danger act={() => setOpen({ act: "end", token })}>
                    {words.end}
                  </MenuAct>
                )}
              </Menu>
            ),
          },
        ]}
      />
      {open && (
        <Confirm
          title={open.act === "approve" ? words.approveTitle(open.token.name) : words.endTitle(open.token.name)}
          about={open.act === "approve" ? words.approveAbout : words.endAbout}
          action={words[open.act]}
          danger={open.act === "end"}
          run={async (bask) => void (await bask.memberTokens[open.act](id, open.token.id))}
          done={() => {
            close();
            say(open.act === "approve" ? words.approved : words.ended);
          }}
          onClose={close}
        />
      )}
    </>
  );
}
