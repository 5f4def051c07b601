import { useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { isBaskError } from "../../sdk/client";
import { bask } from "../data/client";
import { identitiesQuery } from "../data/providers";
import { signOut, useMe } from "../data/session";
import { text } from "../text";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { FactorFields, noFactors, passkeysQuery, proofOf } from "./factors";
import { Failure } from "./failure";
import { Canceled, DialogForm, useForm } from "./form";
import { ProviderProof, ReturnedProof } from "./provider-proof";

const words = text.account;

/** Who waits until it is clear who asks. */
let waiting: { resolve: () => void; reject: (error: Canceled) => void } | undefined;
let listener = () => {};
const settle = (isConfirmed: boolean) => {
  if (isConfirmed) waiting?.resolve();
  else waiting?.reject(new Canceled());
  waiting = undefined;
  listener();
};

/**
 * Does something sensitive. Shortly after a sign-in it is just done; otherwise the server wants to know again who asks, and it is done after
 * they showed it.
 * @throws Canceled when they did not
 */
export async function confirmed<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (!isBaskError(error, "REAUTHENTICATION_REQUIRED", "TWO_FACTOR_REQUIRED")) throw error;
  }
  await new Promise<void>((resolve, reject) => {
    waiting = { resolve, reject };
    listener();
  });
  return act();
}

const subscribe = (next: () => void) => {
  listener = next;
  return () => {
    listener = () => {};
  };
};

/** Asks again who it is, when `confirmed` wants to know. It stands once on the page. */
export function IdentityDialog() {
  const isAsked = useSyncExternalStore(subscribe, () => waiting !== undefined);
  return isAsked ? <Ask /> : <ReturnedProof />;
}

function Ask() {
  const me = useMe();
  const passkeys = useQuery(passkeysQuery);
  const identities = useQuery(identitiesQuery);
  const form = useForm(
    noFactors,
    async (factors) => bask.auth.reauthenticate(await proofOf(factors)),
    () => settle(true),
  );
  const cancel = () => settle(false);
  const title = words.confirmTitle;
  if (me.hasPassword) {
    return (
      <DialogForm title={title} about={words.confirmAgainAbout} state={form} action={words.continue} onClose={cancel}>
        <FactorFields form={form} />
        <ProviderProof />
      </DialogForm>
    );
  }
  const others = (passkeys.data?.data.length ?? 0) + (identities.data?.data.length ?? 0);
  return (
    <Dialog title={title} about={others > 0 ? words.confirmAgainAbout : words.signInAgainAbout} onClose={cancel}>
      {form.failure !== undefined && <Failure error={form.failure} />}
      <FactorFields form={form} />
      <ProviderProof />
      <div className="form-actions">
        <Button onClick={cancel}>{text.common.cancel}</Button>
        <Button kind={others > 0 ? undefined : "primary"} onClick={() => void signOut().finally(cancel)}>
          {words.signInAgain}
        </Button>
      </div>
    </Dialog>
  );
}
