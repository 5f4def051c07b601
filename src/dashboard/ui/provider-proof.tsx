import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { isBaskError } from "../../sdk/client";
import { bask } from "../data/client";
import { cameBack, identitiesQuery, leaveFor, takeTicket, thisPage, useProviders } from "../data/providers";
import { text } from "../text";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { Failure } from "./failure";
import { CodeField } from "./field";
import { DialogForm, useForm } from "./form";
import { say } from "./toast";

const words = text.account;

/** Confirms an identity with the accounts at providers that are linked to it: the browser leaves, and comes back to this page. */
export function ProviderProof() {
  const linked = useQuery(identitiesQuery).data?.data ?? [];
  const providers = useProviders().data?.data ?? [];
  const form = useForm(
    { provider: "" },
    ({ provider }) => bask.auth.startReauthentication({ provider, returnTo: thisPage() }),
    ({ url }) => leaveFor(url, "identity"),
  );
  return (
    <>
      {providers
        .filter(({ name }) => linked.some(({ provider }) => provider === name))
        .map(({ name, title }) => (
          <Button key={name} wide disabled={form.busy} onClick={() => void form.submit({ provider: name })}>
            {text.signIn.withProvider(title)}
          </Button>
        ))}
      {form.failure !== undefined && <Failure error={form.failure} />}
    </>
  );
}

/** What follows when the browser is back. Where a second factor is on, its code is still missing. */
export function ReturnedProof() {
  const [isBack, setBack] = useState(() => cameBack("identity"));
  const ticket = useRef<string>(undefined);
  const form = useForm(
    { twoFactorCode: "" },
    ({ twoFactorCode }) => {
      ticket.current ??= takeTicket();
      return bask.auth.reauthenticateWithProvider({
        ticket: ticket.current,
        ...(twoFactorCode && { twoFactorCode }),
      });
    },
    () => {
      setBack(false);
      say(words.identityConfirmed);
    },
  );
  const first = useRef(form.submit);
  useEffect(() => {
    if (cameBack("identity")) void first.current();
  }, []);
  if (!isBack || form.failure === undefined) return null;
  const close = () => setBack(false);
  if (isBaskError(form.failure, "TWO_FACTOR_REQUIRED", "INVALID_TWO_FACTOR_CODE")) {
    return (
      <DialogForm title={words.confirmTitle} state={form} action={words.continue} onClose={close}>
        <CodeField label={words.code} help={words.codeHelp} autoFocus {...form.input("twoFactorCode")} />
      </DialogForm>
    );
  }
  return (
    <Dialog title={words.confirmTitle} onClose={close}>
      <Failure error={form.failure} />
      <div className="form-actions">
        <Button onClick={close}>{text.common.close}</Button>
      </div>
    </Dialog>
  );
}
