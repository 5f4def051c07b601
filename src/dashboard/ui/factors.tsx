import { useQuery } from "@tanstack/react-query";
import type { Identity } from "../../sdk/client";
import { bask } from "../data/client";
import { useMe } from "../data/session";
import { text } from "../text";
import { Button } from "./button";
import { CodeField, PasswordField } from "./field";
import type { FormState } from "./form";

const words = text.account;

/** What a form holds that asks who someone is. */
export interface Factors {
  password: string;
  twoFactorCode: string;
  usePasskey: boolean;
}

export const noFactors: Factors = { password: "", twoFactorCode: "", usePasskey: false };

/** What the API takes of it. */
export async function proofOf({ password, twoFactorCode, usePasskey }: Factors): Promise<Identity> {
  if (usePasskey) return { passkey: await bask.passkeys.use() };
  return { ...(password && { password }), ...(twoFactorCode && { twoFactorCode }) };
}

export const passkeysQuery = { queryKey: ["passkeys"], queryFn: () => bask.passkeys.list() };

/** Asks who someone is, by what their account has: the password with a code, or a passkey, which is both. */
export function FactorFields({ form, code = true }: { form: FormState<Factors>; code?: boolean }) {
  const me = useMe();
  const passkeys = useQuery(passkeysQuery);
  return (
    <>
      {me.hasPassword && (
        <PasswordField label={words.password} autoComplete="current-password" autoFocus {...form.input("password")} />
      )}
      {me.hasPassword && code && me.twoFactorEnabled && (
        <CodeField label={words.code} help={words.codeHelp} {...form.input("twoFactorCode")} />
      )}
      {passkeys.data && passkeys.data.data.length > 0 && (
        <Button
          wide
          icon="fingerprint-pattern"
          autoFocus={!me.hasPassword}
          onClick={() => void form.submit({ usePasskey: true })}
        >
          {words.usePasskey}
        </Button>
      )}
    </>
  );
}
