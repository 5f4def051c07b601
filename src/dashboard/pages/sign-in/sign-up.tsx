import { useState } from "react";
import { Link } from "wouter";
import { bask, product } from "../../data/client";
import { Alone, AloneCard } from "../../layout/alone";
import { text } from "../../text";
import { PasswordField, TextField } from "../../ui/field";
import { Form, useForm } from "../../ui/form";

const words = text.signIn;

/** Creates an account. The response never tells whether the email has one already, so neither does the page: an email does. */
export default function SignUp() {
  const [sent, setSent] = useState(false);
  const form = useForm(
    { fullName: "", email: "", password: "" },
    (input) => bask.auth.register(input),
    () => setSent(true),
  );
  if (sent) {
    return (
      <Alone>
        <AloneCard title={words.checkTitle}>
          <p role="status">{words.checkAbout(form.values.email)}</p>
          <p>
            <Link to="/sign-in">{words.submit}</Link>
          </p>
        </AloneCard>
      </Alone>
    );
  }
  return (
    <Alone>
      <AloneCard title={words.createTitle(product)}>
        <Form state={form} action={words.createSubmit} wide>
          <TextField label={words.fullName} autoComplete="name" {...form.input("fullName")} />
          <TextField label={words.email} type="email" autoComplete="username" {...form.input("email")} />
          <PasswordField
            label={words.password}
            help={words.passwordHelp}
            autoComplete="new-password"
            {...form.input("password")}
          />
        </Form>
      </AloneCard>
      <p className="muted">
        {words.haveAccount} <Link to="/sign-in">{words.submit}</Link>
      </p>
    </Alone>
  );
}
