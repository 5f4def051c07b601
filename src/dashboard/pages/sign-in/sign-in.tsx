import { useState } from "react";
import { Link, useSearchParams } from "wouter";
import { BaskError } from "../../../sdk/client";
import { bask, product } from "../../data/client";
import { signedIn } from "../../data/session";
import { Alone, AloneCard } from "../../layout/alone";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { Choice, CodeField, PasswordField, TextField } from "../../ui/field";
import { Form, useForm } from "../../ui/form";

const words = text.signIn;
const deviceToken = "bask.device";

/** Email and password, then the second factor where the account has one. */
export default function SignIn() {
  const [needsCode, setNeedsCode] = useState(false);
  const [search] = useSearchParams();
  const next = search.get("next");

  const form = useForm(
    { email: "", password: "", twoFactorCode: "", trustDevice: false },
    async ({ twoFactorCode, trustDevice, ...credentials }) => {
      try {
        return await bask.auth.login({
          ...credentials,
          deviceToken: localStorage.getItem(deviceToken) ?? undefined,
          ...(needsCode && { twoFactorCode, trustDevice }),
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

  if (needsCode) {
    const back = () => {
      setNeedsCode(false);
      form.set({ twoFactorCode: "" });
    };
    return (
      <Alone>
        <AloneCard title={words.codeTitle} about={words.codeAbout}>
          <Form
            state={form}
            action={words.codeSubmit}
            wide
            after={
              <Button kind="quiet" wide onClick={back}>
                {words.back}
              </Button>
            }
          >
            <CodeField label={words.code} autoFocus {...form.input("twoFactorCode")} />
            <Choice
              label={words.trust}
              help={words.trustHelp}
              checked={form.values.trustDevice}
              onChange={(event) => form.set({ trustDevice: event.target.checked })}
            />
          </Form>
        </AloneCard>
      </Alone>
    );
  }
  return (
    <Alone>
      <AloneCard title={words.title(product)}>
        <Form state={form} action={words.submit} wide>
          <TextField label={words.email} type="email" autoComplete="username" {...form.input("email")} />
          <PasswordField label={words.password} autoComplete="current-password" {...form.input("password")} />
        </Form>
        <p>
          <Link to="/forgot-password">{words.forgot}</Link>
        </p>
      </AloneCard>
      <p className="muted">
        {words.noAccount}{" "}
        <Link to={next ? `/sign-up?next=${encodeURIComponent(next)}` : "/sign-up"}>{words.create}</Link>
      </p>
    </Alone>
  );
}
