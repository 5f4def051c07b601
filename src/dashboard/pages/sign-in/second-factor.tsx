import { bask } from "../../data/client";
import { canUsePasskeys, usePasskey } from "../../data/passkeys";
import { AloneCard } from "../../layout/alone";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { Choice, CodeField } from "../../ui/field";
import { Form, useForm } from "../../ui/form";
import type { SignIn } from "./use-sign-in";

const words = text.signIn;

/** The step after the first factor: a code of the app, a backup code, or a passkey. */
export function SecondFactor({
  signIn: { attempt, challenge = "", startOver },
  done,
}: {
  signIn: SignIn;
  done?: () => void;
}) {
  const form = useForm(
    { twoFactorCode: "", trustDevice: false, usePasskey: false },
    ({ twoFactorCode, trustDevice, usePasskey: byPasskey }) =>
      attempt(async () => {
        const factor = byPasskey ? { passkey: await usePasskey() } : { twoFactorCode };
        return bask.auth.continueLogin({ challenge, trustDevice, ...factor });
      }),
    done,
  );
  return (
    <AloneCard title={words.codeTitle} about={words.codeAbout}>
      <Form
        state={form}
        action={words.codeSubmit}
        wide
        after={
          <>
            {canUsePasskeys && (
              <Button wide icon="fingerprint-pattern" onClick={() => void form.submit({ usePasskey: true })}>
                {words.passkeyInstead}
              </Button>
            )}
            <Button kind="quiet" wide onClick={startOver}>
              {words.back}
            </Button>
          </>
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
  );
}
