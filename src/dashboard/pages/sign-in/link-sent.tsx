import { bask } from "../../data/client";
import { AloneCard } from "../../layout/alone";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { CodeField } from "../../ui/field";
import { Form, useForm } from "../../ui/form";
import type { SignIn } from "./use-sign-in";

const words = text.signIn;

/** Waits for the link of an email. Opened in this browser it signs in there; opened elsewhere it shows a code, which is typed here. */
export function LinkSent({ email, attempt, back }: { email: string; attempt: SignIn["attempt"]; back: () => void }) {
  const form = useForm({ code: "" }, ({ code }) => attempt(() => bask.emailLinks.loginWithCode({ email, code })));
  return (
    <AloneCard title={words.checkTitle} about={<span role="status">{words.linkSent(email)}</span>}>
      <Form
        state={form}
        action={words.submit}
        wide
        after={
          <Button kind="quiet" wide onClick={back}>
            {words.back}
          </Button>
        }
      >
        <CodeField
          label={words.linkCode}
          help={words.linkCodeHelp}
          inputMode="numeric"
          placeholder="123 456"
          {...form.input("code")}
        />
      </Form>
    </AloneCard>
  );
}
