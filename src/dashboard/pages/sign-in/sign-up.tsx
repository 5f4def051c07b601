import { useState } from "react";
import { Link } from "wouter";
import { bask, product } from "../../data/client";
import { Alone } from "../../layout/alone";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { PasswordField, TextField } from "../../ui/field";
import { Form, useForm } from "../../ui/form";
import { useTitle } from "../../ui/page";

const words = text.signIn;

/** Creates an account. The response never tells whether the email has one already, so neither does the page: an email does. */
export default function SignUp() {
  useTitle(words.create);
  const [fullName, setFullName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [sent, setSent] = useState(false);
  const form = useForm(
    ["fullName", "email", "password"],
    () => bask.auth.register({ fullName, email, password }),
    () => setSent(true),
  );
  if (sent) {
    return (
      <Alone>
        <div className="card">
          <div className="stack">
            <h1>{words.checkTitle}</h1>
            <p role="status">{words.checkAbout(email)}</p>
            <p>
              <Link to="/sign-in">{words.submit}</Link>
            </p>
          </div>
        </div>
      </Alone>
    );
  }
  return (
    <Alone>
      <div className="card">
        <div className="stack">
          <h1>{words.createTitle(product)}</h1>
          <Form
            state={form}
            actions={
              <Button kind="primary" type="submit" wide busy={form.busy}>
                {words.createSubmit}
              </Button>
            }
          >
            <TextField
              label={words.fullName}
              autoComplete="name"
              value={fullName}
              error={form.errorOf("fullName")}
              onChange={(event) => setFullName(event.target.value)}
            />
            <TextField
              label={words.email}
              type="email"
              autoComplete="username"
              value={email}
              error={form.errorOf("email")}
              onChange={(event) => setEmail(event.target.value)}
            />
            <PasswordField
              label={words.password}
              help={words.passwordHelp}
              autoComplete="new-password"
              value={password}
              error={form.errorOf("password")}
              onChange={(event) => setPassword(event.target.value)}
            />
          </Form>
        </div>
      </div>
      <p className="muted">
        {words.haveAccount} <Link to="/sign-in">{words.submit}</Link>
      </p>
    </Alone>
  );
}
