import { useState } from "react";
import { Link } from "wouter";
import { bask } from "../../data/client";
import { Alone } from "../../layout/alone";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { TextField } from "../../ui/field";
import { Form, useForm } from "../../ui/form";
import { useTitle } from "../../ui/page";

const words = text.signIn;

/** Asks for an email with a link to choose a new password. */
export default function ForgotPassword() {
  useTitle(words.resetTitle);
  const [email, setEmail] = useState("");
  const [answer, setAnswer] = useState<string>();
  const form = useForm(
    ["email"],
    () => bask.auth.forgotPassword({ email }),
    ({ message }) => setAnswer(message),
  );
  return (
    <Alone>
      <div className="card">
        <div className="stack">
          <div>
            <h1>{words.resetTitle}</h1>
            <p className="muted">{words.resetAbout}</p>
          </div>
          {answer ? (
            <p className="callout" data-tone="good" role="status">
              {answer}
            </p>
          ) : (
            <Form
              state={form}
              actions={
                <Button kind="primary" type="submit" wide busy={form.busy}>
                  {words.resetSubmit}
                </Button>
              }
            >
              <TextField
                label={words.email}
                type="email"
                autoComplete="username"
                value={email}
                error={form.errorOf("email")}
                onChange={(event) => setEmail(event.target.value)}
              />
            </Form>
          )}
          <p>
            <Link to="/sign-in">{words.back}</Link>
          </p>
        </div>
      </div>
    </Alone>
  );
}
