import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { bask } from "../../data/client";
import { useMemberNames } from "../../data/keys";
import { useMay, useOrganization } from "../../data/organization";
import { useMe } from "../../data/session";
import { useTransfer } from "../../data/settings";
import { useMembers } from "../../data/team";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { Confirm } from "../../ui/confirm";
import { SelectField } from "../../ui/field";
import { Loading } from "../../ui/loading";
import { Section } from "../../ui/section";
import { attempt, say } from "../../ui/toast";
import { RemainingAccess, useDecision } from "../members/remaining-access";

const words = text.settings;

/** Who owns the organization, and giving it to another member. */
export function Ownership() {
  const { id } = useOrganization();
  const me = useMe();
  const may = useMay();
  const { data: transfer } = useTransfer();
  const nameOf = useMemberNames(transfer ? [transfer.toUserId] : []);
  const [offering, setOffering] = useState(false);
  const [accepting, setAccepting] = useState(false);
  if (transfer?.toUserId === me.id) {
    return (
      <>
        <Section
          title={words.ownership}
          about={words.pendingForYou}
          action={
            <>
              <Button onClick={() => attempt((bask) => bask.ownershipTransfer.decline(id), words.saved)}>
                {words.declineOwnership}
              </Button>
              <Button kind="primary" onClick={() => setAccepting(true)}>
                {words.acceptOwnership}
              </Button>
            </>
          }
        />
        {accepting && <Accept onClose={() => setAccepting(false)} />}
      </>
    );
  }
  if (!may("organization:delete")) return null;
  return (
    <>
      <Section
        title={words.ownership}
        about={transfer ? words.pendingTransfer(nameOf(transfer.toUserId)) : words.ownershipAbout}
        action={
          transfer ? (
            <Button onClick={() => attempt((bask) => bask.ownershipTransfer.cancel(id), words.saved)}>
              {words.cancelOffer}
            </Button>
          ) : (
            <Button onClick={() => setOffering(true)}>{words.offer}</Button>
          )
        }
      />
      {offering && <Offer onClose={() => setOffering(false)} />}
    </>
  );
}

/** Asks before the reader becomes the owner, and what happens with what the owner before could still use. */
function Accept({ onClose }: { onClose: () => void }) {
  const { id } = useOrganization();
  const access = useQuery({
    queryKey: ["transfer", id, "access"],
    queryFn: () => bask.ownershipTransfer.getAccess(id),
    staleTime: 0,
  });
  const remaining = useDecision(access.data);
  return (
    <Confirm
      title={words.acceptOwnership}
      about={words.acceptAbout}
      action={words.acceptOwnership}
      danger={false}
      run={(bask) =>
        bask.ownershipTransfer.accept(id, remaining.decision ? { remainingAccess: remaining.decision } : {})
      }
      done={() => {
        onClose();
        say(words.saved);
      }}
      onClose={onClose}
    >
      <Loading query={access}>{(loaded) => <RemainingAccess of={loaded} {...remaining} />}</Loading>
    </Confirm>
  );
}

function Offer({ onClose }: { onClose: () => void }) {
  const { id } = useOrganization();
  const me = useMe();
  const others = useMembers().data?.filter(({ userId }) => userId !== me.id) ?? [];
  const [memberId, setMember] = useState("");
  return (
    <Confirm
      title={words.offer}
      about={words.offerAbout}
      action={words.offer}
      danger={false}
      disabled={!memberId}
      run={(bask) => bask.ownershipTransfer.create(id, { memberId })}
      done={() => {
        onClose();
        say(words.offered);
      }}
      onClose={onClose}
    >
      <SelectField label={words.offerTo} value={memberId} onChange={(event) => setMember(event.target.value)}>
        <option value="" />
        {others.map((member) => (
          <option key={member.id} value={member.id}>
            {member.fullName}, {member.email}
          </option>
        ))}
      </SelectField>
    </Confirm>
  );
}
