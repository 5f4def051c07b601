import { useState } from "react";
import { bask } from "../../data/client";
import { meChanged, signedOut, useMe } from "../../data/session";
import { text } from "../../text";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { TextField } from "../../ui/field";
import { Form, useForm } from "../../ui/form";
import { IdentityForm } from "../../ui/identity-form";
import { PageHead } from "../../ui/page";
import { Section } from "../../ui/section";
import { attempt, say } from "../../ui/toast";

const words = text.account;

/** Name, email, and the end of the account. */
export default function Profile() {
  const me = useMe();
  const [open, setOpen] = useState<"email" | "delete">();
  const close = () => setOpen(undefined);
  return (
    <>
      <PageHead title={words.profile} />
      <Section title={words.profile}>
        <NameForm />
      </Section>
      <Section
        title={words.email}
        about={words.changeEmailAbout}
        action={<Button onClick={() => setOpen("email")}>{words.changeEmail}</Button>}
      >
        <p className="row">
          <span>{me.email}</span>
          <Badge tone={me.emailVerified ? "good" : "warn"}>
            {me.emailVerified ? words.verified : words.notVerified}
          </Badge>
          {!me.emailVerified && (
            <Button
              kind="quiet"
              onClick={async () => {
                await attempt(
                  () => bask.auth.resendVerification({ email: me.email }),
                  text.signIn.checkTitle,
                  meChanged,
                );
              }}
            >
              {words.resendVerification}
            </Button>
          )}
        </p>
      </Section>
      <Section
        title={words.danger}
        about={words.deleteAbout}
        action={<Button onClick={() => setOpen("delete")}>{words.delete}</Button>}
      />
      {open === "email" && <ChangeEmail onClose={close} />}
      {open === "delete" && (
        <IdentityForm
          title={words.danger}
          about={words.deleteAbout}
          action={words.delete}
          danger
          send={(identity) => bask.me.delete(identity)}
          done={signedOut}
          onClose={close}
        />
      )}
    </>
  );
}

function NameForm() {
  const me = useMe();
  const form = useForm(
    { fullName: me.fullName },
    (change) => bask.me.update(change),
    async () => {
      say(words.saved);
      await meChanged();
    },
  );
  return (
    <Form state={form} action={text.common.save}>
      <TextField label={words.fullName} autoComplete="name" maxLength={100} {...form.input("fullName")} />
    </Form>
  );
}

function ChangeEmail({ onClose }: { onClose: () => void }) {
  const [answer, setAnswer] = useState<string>();
  if (answer) {
    return (
      <Dialog title={text.signIn.checkTitle} about={answer} onClose={onClose}>
        <div className="form-actions">
          <Button kind="primary" onClick={onClose}>
            {text.common.close}
          </Button>
        </div>
      </Dialog>
    );
  }
  return (
    <IdentityForm
      title={words.changeEmail}
      about={words.changeEmailAbout}
      action={words.changeEmail}
      fields={{ email: "" }}
      send={(identity, { email }) => bask.me.changeEmail({ email, ...identity })}
      done={({ message }) => setAnswer(message)}
      onClose={onClose}
    >
      {(form) => <TextField label={words.newEmail} type="email" autoComplete="off" {...form.input("email")} />}
    </IdentityForm>
  );
}
