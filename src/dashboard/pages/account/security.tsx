import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { bask } from "../../data/client";
import { useMe } from "../../data/session";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { PasswordField, TextField } from "../../ui/field";
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
  const [currentPassword, setCurrent] = useState("");
  const [newPassword, setNew] = useState("");
  const [code, setCode] = useState("");
  const form = useForm(
    ["currentPassword", "newPassword", "twoFactorCode"],
    () => bask.me.changePassword({ currentPassword, newPassword, ...(code && { twoFactorCode: code }) }),
    () => {
      say(words.passwordChanged);
      setCurrent("");
      setNew("");
      setCode("");
    },
  );
  return (
    <Form
      state={form}
      actions={
        <Button kind="primary" type="submit" busy={form.busy}>
          {words.changePassword}
        </Button>
      }
    >
      <input type="email" autoComplete="username" value={me.email} readOnly hidden />
      <PasswordField
        label={words.currentPassword}
        autoComplete="current-password"
        value={currentPassword}
        error={form.errorOf("currentPassword")}
        onChange={(event) => setCurrent(event.target.value)}
      />
      <PasswordField
        label={words.newPassword}
        autoComplete="new-password"
        value={newPassword}
        error={form.errorOf("newPassword")}
        onChange={(event) => setNew(event.target.value)}
      />
      {me.twoFactorEnabled && (
        <TextField
          label={words.code}
          help={words.codeHelp}
          autoComplete="one-time-code"
          value={code}
          error={form.errorOf("twoFactorCode")}
          onChange={(event) => setCode(event.target.value)}
        />
      )}
    </Form>
  );
}
