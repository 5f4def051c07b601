import { type ReactNode, useEffect, useRef, useState } from "react";
import type { PasskeyAssertion } from "../../../sdk/client";
import { bask } from "../../data/client";
import { canUsePasskeys, offerPasskeys, usePasskey } from "../../data/passkeys";
import { cameBack, takeTicket } from "../../data/providers";
import { AloneCard } from "../../layout/alone";
import { text } from "../../text";
import { Account } from "../../ui/account";
import { Button } from "../../ui/button";
import { Failure } from "../../ui/failure";
import { PasswordField, TextField } from "../../ui/field";
import { Form, useForm } from "../../ui/form";
import { LinkSent } from "./link-sent";
import { Providers } from "./providers";
import { SecondFactor } from "./second-factor";
import { trustedDevice, useSignIn } from "./use-sign-in";

const words = text.signIn;

/** Every way to sign in, and what may follow it: the second factor, or the wait for an email. */
export function SignInFlow({
  title,
  about,
  email,
  returnTo,
  leave,
  children,
  below,
}: {
  title: string;
  about?: ReactNode;
  /** Of the account, where another one is of no use. */
  email?: string;
  /** The path to which a provider sends the browser back, and what to remember before. */
  returnTo: string;
  leave?: () => void;
  children?: ReactNode;
  /** Below the card of the first step. */
  below?: ReactNode;
}) {
  const signIn = useSignIn();
  const { attempt } = signIn;
  const [linkSentTo, setLinkSent] = useState<string>();
  const [returned, setReturned] = useState(() => cameBack("sign-in"));

  const form = useForm({ email: email ?? "", password: "", byLink: false }, async ({ byLink, ...credentials }) => {
    if (!byLink) return attempt(() => bask.auth.login({ ...credentials, deviceToken: trustedDevice() }));
    await bask.emailLinks.request({ email: credentials.email });
    return setLinkSent(credentials.email);
  });
  const other = useForm({ way: async (): Promise<unknown> => undefined }, ({ way }) => way());
  const byPasskey = (use: () => Promise<PasskeyAssertion>) =>
    other.submit({ way: () => attempt(async () => bask.auth.loginWithPasskey(await use())) });

  const finish = useRef(() => {});
  finish.current = () => {
    const byTicket = async () => bask.auth.loginWithProvider({ ticket: takeTicket() });
    void other.submit({ way: () => attempt(byTicket) }).then(() => setReturned(false));
  };
  useEffect(() => {
    if (cameBack("sign-in")) finish.current();
  }, []);

  const offer = useRef(() => () => {});
  offer.current = () =>
    offerPasskeys((passkey) => {
      // One that was refused can be followed by another.
      void byPasskey(async () => passkey).then(() => offer.current());
    });
  useEffect(() => offer.current(), []);

  if (signIn.challenge) return <SecondFactor signIn={signIn} />;
  if (linkSentTo) return <LinkSent email={linkSentTo} attempt={attempt} back={() => setLinkSent(undefined)} />;
  if (returned) {
    return (
      <AloneCard title={title}>
        <p className="muted" role="status">
          {words.finishing}
        </p>
      </AloneCard>
    );
  }
  return (
    <>
      <AloneCard title={title} about={about}>
        <Form state={form} action={words.submit} wide>
          {email === undefined ? (
            <TextField label={words.email} type="email" autoComplete="username webauthn" {...form.input("email")} />
          ) : (
            <Account email={email} />
          )}
          <PasswordField label={words.password} autoComplete="current-password webauthn" {...form.input("password")} />
        </Form>
        {children}
        <p className="or">{words.or}</p>
        <div className="ways">
          {other.failure !== undefined && <Failure error={other.failure} />}
          {canUsePasskeys && (
            <Button wide icon="fingerprint-pattern" disabled={other.busy} onClick={() => void byPasskey(usePasskey)}>
              {words.withPasskey}
            </Button>
          )}
          <Button wide icon="mail" disabled={form.busy} onClick={() => void form.submit({ byLink: true })}>
            {words.withLink}
          </Button>
          <Providers returnTo={returnTo} leave={leave} />
        </div>
      </AloneCard>
      {below}
    </>
  );
}
