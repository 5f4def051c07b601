import { useState } from "react";
import { useLocation } from "wouter";
import { apiUrl, bask, product } from "../data/client";
import type { CreatedApiKey } from "../data/keys";
import { queries } from "../data/queries";
import { signedIn } from "../data/session";
import { Alone, AloneCard } from "../layout/alone";
import { text } from "../text";
import { Button } from "../ui/button";
import { Code } from "../ui/copy";
import { PasswordField, TextField } from "../ui/field";
import { Form, useForm } from "../ui/form";

const words = text.setUp;

/** What the server's first person sees: an account, an organization, a key. It ends with a command that works. */
export default function SetUp() {
  const [organization, setOrganization] = useState<{ id: string; slug: string }>();
  const [key, setKey] = useState<CreatedApiKey>();
  // The token is behind the #, where no log has it. It is read once: it works once.
  const [token] = useState(() => new URLSearchParams(location.hash.slice(1)).get("token") ?? "");
  const [hasAccount, setHasAccount] = useState(false);
  return (
    <Alone>
      {key && organization ? (
        <Done of={key} slug={organization.slug} />
      ) : organization ? (
        <FirstKey organization={organization.id} done={setKey} />
      ) : hasAccount ? (
        <FirstOrganization done={setOrganization} />
      ) : (
        <Account token={token} done={() => setHasAccount(true)} />
      )}
    </Alone>
  );
}

function Account({ token, done }: { token: string; done: () => void }) {
  const form = useForm(
    { fullName: "", email: "", password: "" },
    (values) => bask.auth.setUp({ token, ...values }),
    () => {
      history.replaceState(null, "", location.pathname);
      done();
    },
  );
  return (
    <AloneCard title={words.accountTitle(product)} about={words.accountAbout}>
      <p className="muted small">{words.step(1)}</p>
      <Form state={form} action={words.accountAct} wide>
        <TextField label={words.fullName} autoComplete="name" {...form.input("fullName")} />
        <TextField label={words.email} type="email" autoComplete="username" {...form.input("email")} />
        <PasswordField
          label={words.password}
          help={words.passwordHelp}
          autoComplete="new-password"
          {...form.input("password")}
        />
      </Form>
    </AloneCard>
  );
}

function FirstOrganization({ done }: { done: (organization: { id: string; slug: string }) => void }) {
  const form = useForm({ name: "" }, (values) => bask.organizations.create(values), done);
  return (
    <AloneCard title={words.organizationTitle} about={words.organizationAbout}>
      <p className="muted small">{words.step(2)}</p>
      <Form state={form} action={words.organizationAct} wide>
        <TextField label={words.name} autoComplete="organization" maxLength={100} {...form.input("name")} />
      </Form>
    </AloneCard>
  );
}

function FirstKey({ organization, done }: { organization: string; done: (key: CreatedApiKey) => void }) {
  const form = useForm(
    { name: words.keyDefault },
    ({ name }) => bask.apiKeys.create(organization, { name, preset: "read-only", expiresInDays: 90 }),
    done,
  );
  return (
    <AloneCard title={words.keyTitle} about={words.keyAbout}>
      <p className="muted small">{words.step(3)}</p>
      <Form state={form} action={words.keyAct} wide>
        <TextField label={words.keyName} autoComplete="off" maxLength={100} {...form.input("name")} />
      </Form>
    </AloneCard>
  );
}

function Done({ of: { key }, slug }: { of: CreatedApiKey; slug: string }) {
  const [, go] = useLocation();
  async function finish() {
    const me = await bask.me.get();
    signedIn(me);
    await queries.invalidateQueries();
    go(`/o/${slug}/keys`, { replace: true });
  }
  return (
    <AloneCard title={words.doneTitle} about={words.doneAbout}>
      <Code value={key} />
      <div className="field">
        <h2>{words.tryIt}</h2>
        <Code value={`curl ${apiUrl}/whoami -H "X-API-Key: ${key}"`} />
      </div>
      <p className="muted">{words.operatorHint}</p>
      <Button kind="primary" wide onClick={() => void finish()}>
        {words.finish}
      </Button>
    </AloneCard>
  );
}
