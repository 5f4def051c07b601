import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { bask } from "../../data/client";
import { useMe } from "../../data/session";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { CodeField, PasswordField } from "../../ui/field";
import { Form, useForm } from "../../ui/form";
import { Loading } from "../../ui/loading";
import { PageHead } from "../../ui/page";
import { Section } from "../../ui/section";
import { say } from "../../ui/toast";
import { TrustedDevices } from "./trusted-devices";
import { TwoFactorDialog, type TwoFactorStep } from "./two-factor-dialog";

const words = text.account;

/** How the account is signed in to. */
export default function Security() {
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
      <Section title={words.password} about={words.passwordAbout}>
        <ChangePassword />
      </Section>
      <TrustedDevices />
      {step && <TwoFactorDialog step={step} onClose={() => setStep(undefined)} />}
    </>
  );
}

function ChangePassword() {
  const me = useMe();
  const form = useForm(
    { currentPassword: "", newPassword: "", twoFactorCode: "" },
    ({ twoFactorCode, ...passwords }) =>
      bask.me.changePassword({ ...passwords, ...(twoFactorCode && { twoFactorCode }) }),
    () => {
      say(words.passwordChanged);
      form.reset();
    },
  );
  return (
    <Form state={form} action={words.changePassword}>
      <input type="email" autoComplete="username" value={me.email} readOnly hidden />
      <PasswordField label={words.currentPassword} autoComplete="current-password" {...form.input("currentPassword")} />
      <PasswordField label={words.newPassword} autoComplete="new-password" {...form.input("newPassword")} />
      {me.twoFactorEnabled && <CodeField label={words.code} help={words.codeHelp} {...form.input("twoFactorCode")} />}
    </Form>
  );
}
