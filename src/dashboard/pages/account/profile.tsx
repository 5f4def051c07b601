import { useState } from "react";
import { signedOut, useMe } from "../../data/session";
import { text } from "../../text";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { Confirm } from "../../ui/confirm";
import { Dialog } from "../../ui/dialog";
import { TextField } from "../../ui/field";
import { DialogForm, Form, useAct } from "../../ui/form";
import { confirmed } from "../../ui/identity-dialog";
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
              onClick={() =>
                attempt((bask) => bask.auth.resendVerification({ email: me.email }), text.signIn.checkTitle)
              }
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
        <Confirm
          title={words.deleteTitle}
          about={words.deleteAbout}
          action={words.delete}
          run={(bask) => confirmed(() => bask.me.delete())}
          done={signedOut}
          onClose={close}
        />
      )}
    </>
  );
}

function NameForm() {
  const me = useMe();
  const form = useAct(
    { fullName: me.fullName },
    (bask, change) => bask.me.update(change),
    () => {
      say(words.saved);
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
  const form = useAct(
    { email: "" },
    (bask, input) => confirmed(() => bask.me.changeEmail(input)),
    ({ message }) => setAnswer(message),
  );
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
    <DialogForm
      title={words.changeEmail}
      about={words.changeEmailAbout}
      state={form}
      action={words.changeEmail}
      onClose={onClose}
    >
      <TextField label={words.newEmail} type="email" autoComplete="off" {...form.input("email")} />
    </DialogForm>
  );
}
