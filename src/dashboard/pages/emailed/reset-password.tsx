import { useState } from "react";
import { bask } from "../../data/client";
import { signedOut } from "../../data/session";
import { AloneCard } from "../../layout/alone";
import { text } from "../../text";
import { Account } from "../../ui/account";
import { PasswordField } from "../../ui/field";
import { Form, useForm } from "../../ui/form";
import { Done, Link, type WorkingLink } from "./link";

const words = text.emailed;

/** Chooses a new password. */
export function ResetPassword() {
  const [isDone, setDone] = useState(false);
  if (isDone) return <Done title={words.resetTitle} sentence={words.resetDone} />;
  return (
    <Link
      title={words.resetTitle}
      kinds={["reset-password"]}
      dead={words.askAgain}
      again={(input) => bask.auth.forgotPassword(input)}
    >
      {(link) => <Choose link={link} done={() => setDone(true)} />}
    </Link>
  );
}

function Choose({ link: { token, email, use }, done }: { link: WorkingLink; done: () => void }) {
  const form = useForm(
    { password: "" },
    ({ password }) => use(() => bask.auth.resetPassword({ token, password })),
    () => {
      signedOut();
      done();
    },
  );
  return (
    <AloneCard title={words.resetTitle} about={words.resetAbout}>
      <Form state={form} action={words.reset} wide>
        <Account email={email} />
        <PasswordField
          label={text.account.newPassword}
          help={text.signIn.passwordHelp}
          autoComplete="new-password"
          {...form.input("password")}
        />
      </Form>
    </AloneCard>
  );
}
