import { type ReactNode, useState } from "react";
import { BaskError } from "../../sdk/client";
import { useMe } from "../data/session";
import { text } from "../text";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { PasswordField, TextField } from "./field";
import { Form, useForm } from "./form";

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
export function IdentityForm<Result>({
  title,
  about,
  action,
  danger,
  fields = [],
  send,
  done,
  onClose,
  children,
}: {
  title: string;
  about: string;
  action: string;
  danger?: boolean;
  fields?: readonly string[];
  send: (identity: Identity) => Promise<Result>;
  done: (result: Result) => void | Promise<void>;
  onClose: () => void;
  children?: (errorOf: (field: string) => string | undefined) => ReactNode;
}) {
  const me = useMe();
  const [asked, setAsked] = useState(false);
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const form = useForm(
    [...fields, "password", "twoFactorCode"],
    async () => {
      const identity = { ...(password && { password }), ...(code && { twoFactorCode: code }) };
      try {
        return { result: await send(identity) };
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
  return (
    <Dialog title={title} about={about} onClose={onClose}>
      <Form
        state={form}
        actions={
          <>
            <Button onClick={onClose}>{text.common.cancel}</Button>
            <Button kind={danger ? "danger" : "primary"} type="submit" busy={form.busy}>
              {action}
            </Button>
          </>
        }
      >
        {children?.(form.errorOf)}
        {asked && (
          <>
            <PasswordField
              label={words.password}
              help={words.confirmAbout}
              autoComplete="current-password"
              autoFocus
              value={password}
              error={form.errorOf("password")}
              onChange={(event) => setPassword(event.target.value)}
            />
            {me.twoFactorEnabled && (
              <TextField
                label={words.code}
                help={words.codeHelp}
                autoComplete="one-time-code"
                spellCheck={false}
                value={code}
                error={form.errorOf("twoFactorCode")}
                onChange={(event) => setCode(event.target.value)}
              />
            )}
          </>
        )}
      </Form>
    </Dialog>
  );
}
