import { useState } from "react";
import { Link, useSearchParams } from "wouter";
import { BaskError } from "../../../sdk/client";
import { bask, product } from "../../data/client";
import { signedIn } from "../../data/session";
import { Alone } from "../../layout/alone";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { Choice, PasswordField, TextField } from "../../ui/field";
import { Form, useForm } from "../../ui/form";
import { useTitle } from "../../ui/page";

const words = text.signIn;
const deviceToken = "bask.device";

/** Email and password, then the second factor where the account has one. */
export default function SignIn() {
  useTitle(words.submit);
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [needsCode, setNeedsCode] = useState(false);
  const [code, setCode] = useState("");
  const [trustDevice, setTrustDevice] = useState(false);
  const [search] = useSearchParams();
  const next = search.get("next");

  const form = useForm(
    ["email", "password", "twoFactorCode"],
    async () => {
      try {
        return await bask.auth.login({
          email,
          password,
          deviceToken: localStorage.getItem(deviceToken) ?? undefined,
          ...(needsCode && { twoFactorCode: code, trustDevice }),
        });
      } catch (error) {
        if (!(error instanceof BaskError) || error.code !== "TWO_FACTOR_REQUIRED") throw error;
        setNeedsCode(true);
        return undefined;
      }
    },
    (result) => {
      if (!result) return;
      if (result.deviceToken) localStorage.setItem(deviceToken, result.deviceToken);
      signedIn(result.user);
    },
  );

  return (
    <Alone>
      <div className="card">
        {needsCode ? (
          <div className="stack">
            <div>
              <h1>{words.codeTitle}</h1>
              <p className="muted">{words.codeAbout}</p>
            </div>
            <Form
              state={form}
              actions={
                <>
                  <Button kind="primary" type="submit" wide busy={form.busy}>
                    {words.codeSubmit}
                  </Button>
                  <Button
                    kind="quiet"
                    wide
                    onClick={() => {
                      setNeedsCode(false);
                      setCode("");
                      form.reset();
                    }}
                  >
                    {words.back}
                  </Button>
                </>
              }
            >
              <TextField
                label={words.code}
                autoComplete="one-time-code"
                autoFocus
                inputMode="text"
                spellCheck={false}
                value={code}
                error={form.errorOf("twoFactorCode")}
                onChange={(event) => setCode(event.target.value)}
              />
              <Choice
                label={words.trust}
                help={words.trustHelp}
                checked={trustDevice}
                onChange={(event) => setTrustDevice(event.target.checked)}
              />
            </Form>
          </div>
        ) : (
          <div className="stack">
            <h1>{words.title(product)}</h1>
            <Form
              state={form}
              actions={
                <Button kind="primary" type="submit" wide busy={form.busy}>
                  {words.submit}
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
              <PasswordField
                label={words.password}
                autoComplete="current-password"
                value={password}
                error={form.errorOf("password")}
                onChange={(event) => setPassword(event.target.value)}
              />
            </Form>
            <p>
              <Link to="/forgot-password">{words.forgot}</Link>
            </p>
          </div>
        )}
      </div>
      {!needsCode && (
        <p className="muted">
          {words.noAccount}{" "}
          <Link to={next ? `/sign-up?next=${encodeURIComponent(next)}` : "/sign-up"}>{words.create}</Link>
        </p>
      )}
    </Alone>
  );
}
