import { useState } from "react";
import { Link, useSearch } from "wouter";
import { bask, product } from "../../data/client";
import { Alone, AloneCard } from "../../layout/alone";
import { text } from "../../text";
import { LinkButton } from "../../ui/button";
import { PasswordField, TextField } from "../../ui/field";
import { Form, useForm } from "../../ui/form";
import { Providers } from "./providers";

const words = text.signIn;

/** Creates an account. The response never tells whether the email has one already, so neither does the page: an email does. */
export default function SignUp() {
  const [sent, setSent] = useState<string>();
  const search = useSearch();
  const query = search && `?${search}`;
  const form = useForm(
    { fullName: "", email: "", password: "" },
    (input) => bask.auth.register(input),
    ({ message }) => setSent(message),
  );
  if (sent) {
    return (
      <Alone>
        <AloneCard title={words.createdTitle}>
          <p role="status">{sent}</p>
          <LinkButton kind="primary" wide to={`/sign-in${query}`}>
            {words.submit}
          </LinkButton>
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
        <Providers returnTo={`/dashboard/sign-in${query}`} />
      </AloneCard>
      <p className="muted">
        {words.haveAccount} <Link to={`/sign-in${query}`}>{words.submit}</Link>
      </p>
    </Alone>
  );
}
