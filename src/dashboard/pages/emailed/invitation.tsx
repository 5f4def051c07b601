import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { bask } from "../../data/client";
import { meQuery, signOut, type User } from "../../data/session";
import { AloneCard } from "../../layout/alone";
import { text } from "../../text";
import { Account } from "../../ui/account";
import { Button } from "../../ui/button";
import { Failure } from "../../ui/failure";
import { PasswordField, TextField } from "../../ui/field";
import { Form, useForm } from "../../ui/form";
import { SignInFlow } from "../sign-in/sign-in-flow";
import { useSignIn } from "../sign-in/use-sign-in";
import { Done, keepToken, Link, type WorkingLink } from "./link";

const words = text.emailed;

interface Invited {
  link: WorkingLink;
  /** The organization, and who invites as what. */
  title: string;
  about: string;
}

/** Joins an organization: signed in, after signing in, or with an account that is created here. */
export function Invitation() {
  const [answer, setAnswer] = useState<string>();
  const { data: me } = useQuery(meQuery);
  if (answer) return <Done title={words.invitation} sentence={answer} />;
  return (
    <Link title={words.invitation} kinds={["invitation"]} dead={words.invitationDead} already={words.alreadyAccepted}>
      {(link) => {
        const { organization, inviter, role, hasAccount } = link.invitation!;
        const invited = { link, title: words.joinTitle(organization), about: words.joinAbout(inviter, role) };
        if (me === undefined) return null;
        if (me === null) return hasAccount ? <SignInFirst {...invited} /> : <Create {...invited} />;
        return me.email === link.email ? (
          <Answer {...invited} done={setAnswer} />
        ) : (
          <OtherAccount {...invited} me={me} />
        );
      }}
    </Link>
  );
}

function Answer({ link: { token, email }, title, about, done }: Invited & { done: (sentence: string) => void }) {
  const form = useForm(
    { accepts: true },
    async ({ accepts }) => {
      await (accepts ? bask.invitations.accept({ token }) : bask.invitations.decline({ token }));
      return accepts;
    },
    (accepts) => done(accepts ? words.accepted : words.declined),
  );
  return (
    <AloneCard title={title} about={about}>
      <Form
        state={form}
        action={words.accept}
        wide
        after={
          <Button wide disabled={form.busy} onClick={() => void form.submit({ accepts: false })}>
            {words.decline}
          </Button>
        }
      >
        <Account email={email} />
      </Form>
    </AloneCard>
  );
}

const SignInFirst = ({ link: { token, email }, title, about }: Invited) => (
  <SignInFlow
    title={title}
    about={`${about} ${words.signInToAnswer}`}
    email={email}
    returnTo="/invitations"
    leave={() => keepToken(token)}
  />
);

/** The token proves the email, so the account needs no other. */
function Create({ link: { token, email, use }, title, about }: Invited) {
  const { attempt } = useSignIn();
  const form = useForm({ fullName: "", password: "" }, async ({ fullName, password }) => {
    await use(() => bask.auth.register({ fullName, email, password, invitationToken: token }));
    await attempt(() => bask.auth.login({ email, password }));
  });
  return (
    <AloneCard title={title} about={`${about} ${words.createToAnswer}`}>
      <Form state={form} action={text.signIn.createSubmit} wide>
        <Account email={email} />
        <TextField label={text.signIn.fullName} autoComplete="name" {...form.input("fullName")} />
        <PasswordField
          label={text.signIn.password}
          help={text.signIn.passwordHelp}
          autoComplete="new-password"
          {...form.input("password")}
        />
      </Form>
    </AloneCard>
  );
}

function OtherAccount({ link: { email }, me, title, about }: Invited & { me: User }) {
  const form = useForm({}, signOut);
  return (
    <AloneCard title={title} about={about}>
      <p className="callout" data-tone="warn">
        {words.otherAccount(email, me.email)}
      </p>
      {form.failure !== undefined && <Failure error={form.failure} />}
      <Button kind="primary" wide busy={form.busy} onClick={() => void form.submit()}>
        {text.common.signOut}
      </Button>
    </AloneCard>
  );
}
