import { type ReactNode, useState } from "react";
import { BaskError } from "../../sdk/client";
import { useMe } from "../data/session";
import { text } from "../text";
import { CodeField, PasswordField } from "./field";
import { DialogForm, type FormState, useForm } from "./form";

export interface Identity {
  password?: string;
  twoFactorCode?: string;
}

const words = text.account;
const asksForIdentity = (error: unknown) =>
  error instanceof BaskError && (error.code === "REAUTHENTICATION_REQUIRED" || error.code === "TWO_FACTOR_REQUIRED");

/**
 * A form for what changes how a person signs in. Shortly after a sign-in it just sends; when the server wants to know again who asks, it
 * asks for the password, and for a code where the account has a second factor, and sends the same again.
 */
export function IdentityForm<Result, Fields extends Record<string, string> = Record<string, never>>({
  fields = {} as Fields,
  send,
  done,
  children,
  ...dialog
}: {
  title: string;
  about: string;
  action: string;
  danger?: boolean;
  /** What else the form holds. */
  fields?: Fields;
  send: (identity: Identity, fields: Fields) => Promise<Result>;
  done: (result: Result) => void | Promise<void>;
  onClose: () => void;
  children?: (form: FormState<Fields>) => ReactNode;
}) {
  const me = useMe();
  const [asked, setAsked] = useState(false);
  const form = useForm(
    { ...fields, password: "", twoFactorCode: "" },
    async ({ password, twoFactorCode, ...values }) => {
      const identity = { ...(password && { password }), ...(twoFactorCode && { twoFactorCode }) };
      try {
        return { result: await send(identity, values as unknown as Fields) };
      } catch (error) {
        if (!asksForIdentity(error) || (asked && password)) throw error;
        setAsked(true);
        return undefined;
      }
    },
    async (answer) => {
      if (answer) await done(answer.result);
    },
  );
  const { input } = form as unknown as FormState<Required<Identity>>;
  return (
    <DialogForm {...dialog} state={form}>
      {children?.(form as unknown as FormState<Fields>)}
      {asked && (
        <>
          <PasswordField
            label={words.password}
            help={words.confirmAbout}
            autoComplete="current-password"
            autoFocus
            {...input("password")}
          />
          {me.twoFactorEnabled && <CodeField label={words.code} help={words.codeHelp} {...input("twoFactorCode")} />}
        </>
      )}
    </DialogForm>
  );
}
