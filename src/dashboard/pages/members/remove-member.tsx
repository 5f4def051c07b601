import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { bask } from "../../data/client";
import { keysChanged } from "../../data/keys";
import { useOrganization } from "../../data/organization";
import { type Member, teamChanged, useMembers } from "../../data/team";
import { text } from "../../text";
import { Confirm } from "../../ui/confirm";
import { Choice, Choices, SelectField } from "../../ui/field";
import { Loading } from "../../ui/loading";
import { say } from "../../ui/toast";

const words = text.team;

/** Asks before a member is removed, and what happens with everything they could use. */
export function RemoveMember({ of: member, onClose }: { of: Member; onClose: () => void }) {
  const { id } = useOrganization();
  const access = useQuery({
    queryKey: ["members", id, "access", member.id],
    queryFn: () => bask.members.getAccess(id, member.id),
    staleTime: 0,
  });
  const [handKeysTo, setHandKeysTo] = useState("");
  const [remainingAccess, setRemaining] = useState<"end" | "keep">("end");
  const remains = access.data !== undefined && access.data.knownKeys.length + access.data.trusts.length > 0;
  const others = useMembers().data?.filter((other) => other.id !== member.id) ?? [];
  return (
    <Confirm
      title={words.removeTitle(member.fullName)}
      about={words.removeAbout}
      action={words.remove}
      run={() =>
        bask.members.remove(id, member.id, {
          ...(handKeysTo && { handKeysTo }),
          ...(remains && { remainingAccess }),
        })
      }
      done={async () => {
        onClose();
        say(words.removed);
        await Promise.all([teamChanged(), keysChanged()]);
      }}
      onClose={onClose}
    >
      <Loading query={access}>
        {({ ownKeys, knownKeys, trusts }) => (
          <>
            {ownKeys.length > 0 && (
              <SelectField
                label={words.handOver}
                help={words.ownKeys(ownKeys.length)}
                value={handKeysTo}
                onChange={(event) => setHandKeysTo(event.target.value)}
              >
                <option value="">{words.handOverNone}</option>
                {others.map((other) => (
                  <option key={other.id} value={other.id}>
                    {other.fullName}, {other.role}
                  </option>
                ))}
              </SelectField>
            )}
            {remains && (
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
                </ul>
                <Choice
                  type="radio"
                  name="remaining"
                  label={words.remainingEnd}
                  help={words.remainingEndHelp}
                  checked={remainingAccess === "end"}
                  onChange={() => setRemaining("end")}
                />
                <Choice
                  type="radio"
                  name="remaining"
                  label={words.remainingKeep}
                  help={words.remainingKeepHelp}
                  checked={remainingAccess === "keep"}
                  onChange={() => setRemaining("keep")}
                />
              </Choices>
            )}
          </>
        )}
      </Loading>
    </Confirm>
  );
}
