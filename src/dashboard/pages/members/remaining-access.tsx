import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { bask } from "../../data/client";
import { useOrganization } from "../../data/organization";
import type { Member, Role } from "../../data/team";
import { text } from "../../text";
import { Choice, Choices } from "../../ui/field";

const words = text.team;

type Access = Awaited<ReturnType<typeof bask.roles.getAccess>>;

/** What a member could still use after their removal, or beyond a role. */
export function useAccessOf(member: Member, role?: string) {
  const { id } = useOrganization();
  return useQuery({
    queryKey: ["members", id, "access", member.id, role],
    queryFn: () => bask.members.getAccess(id, member.id, role === undefined ? {} : { role }),
    staleTime: 0,
    enabled: role !== member.role,
  });
}

/** What those who have a role could still use beyond other permissions; not asked while it allows all that it did. */
export function useAccessOfHolders(role: Role | undefined, permissions: string[]) {
  const { id } = useOrganization();
  const loses = role?.permissions.some((permission) => !permissions.includes(permission)) ?? false;
  return useQuery({
    queryKey: ["roles", id, "access", role?.name, permissions],
    queryFn: () => bask.roles.getAccess(id, role!.name, { permissions: permissions.join() }),
    staleTime: 0,
    enabled: loses && permissions.length > 0,
  });
}

/** The decision about it; undefined where there is nothing to decide. */
export function useDecision(access: Access | undefined) {
  const [chosen, choose] = useState<"end" | "keep">("end");
  const remains =
    access !== undefined &&
    access.knownKeys.length + access.trusts.length + access.webhooks.length + (access.auditStream ? 1 : 0) > 0;
  return { decision: remains ? chosen : undefined, choose };
}

/** Lists it, and asks whether it ends. */
export function RemainingAccess({
  of: { knownKeys, trusts, webhooks, auditStream },
  decision,
  choose,
}: { of: Access } & ReturnType<typeof useDecision>) {
  if (decision === undefined) return null;
  return (
    <Choices label={words.remaining} help={words.remainingAbout}>
      <ul className="plain-list">
        {knownKeys.map((key) => (
          <li key={key.id}>
            {key.name} <code className="muted small">{key.prefix}…</code>
          </li>
        ))}
        {trusts.map((trust) => (
          <li key={trust.id}>
            {trust.keyName} <span className="muted small">{trust.issuer}</span>
          </li>
        ))}
        {webhooks.map((webhook) => (
          <li key={webhook.id}>
            {words.remainingWebhook} <span className="muted small">{webhook.host}</span>
          </li>
        ))}
        {auditStream && (
          <li>
            {words.remainingStream} <span className="muted small">{auditStream.host}</span>
          </li>
        )}
      </ul>
      <Choice
        type="radio"
        name="remaining"
        label={words.remainingEnd}
        help={words.remainingEndHelp}
        checked={decision === "end"}
        onChange={() => choose("end")}
      />
      <Choice
        type="radio"
        name="remaining"
        label={words.remainingKeep}
        help={words.remainingKeepHelp}
        checked={decision === "keep"}
        onChange={() => choose("keep")}
      />
    </Choices>
  );
}
