import { useState } from "react";
import { useOrganization } from "../../data/organization";
import { type Member, useMembers } from "../../data/team";
import { text } from "../../text";
import { Confirm } from "../../ui/confirm";
import { SelectField } from "../../ui/field";
import { Loading } from "../../ui/loading";
import { say } from "../../ui/toast";
import { RemainingAccess, useAccessOf, useDecision } from "./remaining-access";

const words = text.team;

/** Asks before a member is removed, and what happens with everything they could use. */
export function RemoveMember({ of: member, onClose }: { of: Member; onClose: () => void }) {
  const { id } = useOrganization();
  const access = useAccessOf(member);
  const remaining = useDecision(access.data);
  const [handKeysTo, setHandKeysTo] = useState("");
  const others = useMembers().data?.filter((other) => other.id !== member.id) ?? [];
  return (
    <Confirm
      title={words.removeTitle(member.fullName)}
      about={words.removeAbout}
      action={words.remove}
      run={(bask) =>
        bask.members.remove(id, member.id, {
          ...(handKeysTo && { handKeysTo }),
          ...(remaining.decision && { remainingAccess: remaining.decision }),
        })
      }
      done={() => {
        onClose();
        say(words.removed);
      }}
      onClose={onClose}
    >
      <Loading query={access}>
        {(loaded) => (
          <>
            {loaded.ownKeys.length > 0 && (
              <SelectField
                label={words.handOver}
                help={words.ownKeys(loaded.ownKeys.length)}
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
            <RemainingAccess of={loaded} {...remaining} />
          </>
        )}
      </Loading>
    </Confirm>
  );
}
