import { useState } from "react";
import { bask } from "../../data/client";
import { signedOut } from "../../data/session";
import { AloneCard } from "../../layout/alone";
import { text } from "../../text";
import { Account } from "../../ui/account";
import { Form, useForm } from "../../ui/form";
import { Again, Done, Link, type WorkingLink } from "./link";

const words = text.emailed;
const reset = (input: { email: string }) => bask.auth.forgotPassword(input);

/** Gives an account its email back, after someone else changed it. A new password is what follows. */
export function UndoEmailChange() {
  const [isDone, setDone] = useState(false);
  if (isDone) {
    return (
      <Done title={words.undoTitle} sentence={words.undone}>
        <Again send={reset} />
      </Done>
    );
  }
  return (
    <Link title={words.undoTitle} kinds={["undo-email-change"]} dead={words.undoDead} again={reset}>
      {(link) => <Undo link={link} done={() => setDone(true)} />}
    </Link>
  );
}

function Undo({ link: { token, email, use }, done }: { link: WorkingLink; done: () => void }) {
  const form = useForm(
    {},
    () => use(() => bask.auth.undoEmailChange({ token })),
    () => {
      signedOut();
      done();
    },
  );
  return (
    <AloneCard title={words.undoTitle} about={words.undoAbout}>
      <Form state={form} action={words.undo} wide>
        <Account email={email} />
      </Form>
    </AloneCard>
  );
}
