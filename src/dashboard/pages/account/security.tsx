import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { bask } from "../../data/client";
import { useMe } from "../../data/session";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { passkeysQuery } from "../../ui/factors";
import { PasswordField } from "../../ui/field";
import { Form, useForm } from "../../ui/form";
import { confirmed } from "../../ui/identity-dialog";
import { Loading } from "../../ui/loading";
import { PageHead } from "../../ui/page";
import { Section } from "../../ui/section";
import { say } from "../../ui/toast";
import { Identities } from "./identities";
import { Passkeys } from "./passkeys";
import { TrustedDevices } from "./trusted-devices";
import { TwoFactorDialog, type TwoFactorStep } from "./two-factor-dialog";

const words = text.account;
const { security } = text;

/** How the account is signed in to. */
export default function Security() {
  const { hasPassword } = useMe();
  const [step, setStep] = useState<TwoFactorStep>();
  const status = useQuery({ queryKey: ["two-factor"], queryFn: () => bask.twoFactor.get() });
  return (
    <>
      <PageHead title={words.nav.security} />
      <Loading query={status}>
        {({ enabled, backupCodesLeft }) => (
          <Section
            title={words.twoFactor}
            about={enabled ? words.twoFactorOn(backupCodesLeft) : words.twoFactorOff}
            action={
              enabled ? (
                <>
                  <Button onClick={() => setStep("codes")}>{words.newCodes}</Button>
                  <Button onClick={() => setStep("off")}>{words.turnOff}</Button>
                </>
              ) : (
                <Button kind="primary" onClick={() => setStep("set-up")}>
                  {words.turnOn}
                </Button>
              )
            }
          />
        )}
      </Loading>
      <Passkeys />
      <Section title={words.password} about={hasPassword ? words.passwordAbout : security.noPassword}>
        <ChangePassword />
      </Section>
      <Identities />
      <TrustedDevices />
      {step && <TwoFactorDialog step={step} onClose={() => setStep(undefined)} />}
    </>
  );
}

/** Changes the password, or sets the first one of an account that has none. A passkey confirms it as well as the current password. */
function ChangePassword() {
  const me = useMe();
  const passkeys = useQuery(passkeysQuery);
  const form = useForm(
    { currentPassword: "", newPassword: "", usePasskey: false },
    async ({ currentPassword, newPassword, usePasskey }) => {
      const proof = usePasskey ? { passkey: await bask.passkeys.use() } : currentPassword ? { currentPassword } : {};
      return confirmed(() => bask.me.changePassword({ newPassword, ...proof }));
    },
    () => {
      say(words.passwordChanged);
      form.reset();
    },
  );
  return (
    <Form state={form} action={me.hasPassword ? words.changePassword : security.setPassword}>
      <input type="email" autoComplete="username" value={me.email} readOnly hidden />
      {me.hasPassword && (
        <PasswordField
          label={words.currentPassword}
          autoComplete="current-password"
          {...form.input("currentPassword")}
        />
      )}
      <PasswordField
        label={words.newPassword}
        help={text.signIn.passwordHelp}
        autoComplete="new-password"
        {...form.input("newPassword")}
      />
      {me.hasPassword && passkeys.data && passkeys.data.data.length > 0 && (
        <div>
          <Button icon="fingerprint-pattern" onClick={() => void form.submit({ usePasskey: true })}>
            {security.passkeyForPassword}
          </Button>
        </div>
      )}
    </Form>
  );
}
