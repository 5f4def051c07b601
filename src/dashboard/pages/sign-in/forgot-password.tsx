import { useState } from "react";
import { Link } from "wouter";
import { bask } from "../../data/client";
import { Alone, AloneCard } from "../../layout/alone";
import { text } from "../../text";
import { TextField } from "../../ui/field";
import { Form, useForm } from "../../ui/form";

const words = text.signIn;

/** Asks for an email with a link to choose a new password. */
export default function ForgotPassword() {
  const [answer, setAnswer] = useState<string>();
  const form = useForm(
    { email: "" },
    (input) => bask.auth.forgotPassword(input),
    ({ message }) => setAnswer(message),
  );
  return (
    <Alone>
      <AloneCard title={words.resetTitle} about={words.resetAbout}>
        {answer ? (
          <p className="callout" data-tone="good" role="status">
            {answer}
          </p>
        ) : (
          <Form state={form} action={words.resetSubmit} wide>
            <TextField label={words.email} type="email" autoComplete="username" {...form.input("email")} />
          </Form>
        )}
        <p>
          <Link to="/sign-in">{words.back}</Link>
        </p>
      </AloneCard>
    </Alone>
  );
}
