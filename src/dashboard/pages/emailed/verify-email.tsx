import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { isBaskError } from "../../../sdk/client";
import { bask, start } from "../../data/client";
import { meChanged, meQuery, type User } from "../../data/session";
import { AloneCard } from "../../layout/alone";
import { text } from "../../text";
import { Account } from "../../ui/account";
import { PasswordField } from "../../ui/field";
import { Form, useForm } from "../../ui/form";
import { Done, Link, type WorkingLink } from "./link";

const words = text.emailed;

/** Verifies the email of a new account, or the new one of a change. */
export const VerifyEmail = () => (
  <Link
    title={words.verifyTitle}
    kinds={["verify-email", "change-email"]}
    dead={words.askAgain}
    already={words.alreadyVerified}
    again={(input) => bask.auth.resendVerification(input)}
  >
    {(link) => <WithMe link={link} />}
  </Link>
);

function WithMe({ link }: { link: WorkingLink }) {
  const { data: me } = useQuery(meQuery);
  return me === undefined ? null : <Verify link={link} me={me} />;
}

/** The link alone is not enough: the account's session or its password is needed, or a stranger could have someone verify the stranger's account. */
function Verify({ link: { token, email, use }, me }: { link: WorkingLink; me: User | null }) {
  const [asksPassword, setAsks] = useState(me === null);
  const [isDone, setDone] = useState(false);
  const form = useForm(
    { password: "" },
    async ({ password }) => {
      try {
        await use(() => bask.auth.verifyEmail({ token, ...(password && { password }) }));
      } catch (error) {
        if (isBaskError(error, "REAUTHENTICATION_REQUIRED")) setAsks(true);
        throw error;
      }
    },
    async () => {
      setDone(true);
      await meChanged();
    },
  );
  if (isDone) return <Done title={words.verifyTitle} sentence={words.verified} />;
  return (
    <AloneCard title={words.verifyTitle} about={asksPassword ? words.verifyAbout : words.verifySignedIn}>
      <Form state={form} action={words.verify} wide>
        <Account email={email} />
        {asksPassword && (
          <PasswordField label={text.signIn.password} autoComplete="current-password" {...form.input("password")} />
        )}
      </Form>
      {asksPassword && (
        <p className="muted">
          {words.noPassword} <a href={start}>{words.signInFirst}</a>
        </p>
      )}
    </AloneCard>
  );
}
