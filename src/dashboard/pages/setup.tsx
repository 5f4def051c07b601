import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Redirect, useLocation } from "wouter";
import { refreshed } from "../data/changes";
import { apiUrl, bask, product } from "../data/client";
import type { CreatedApiKey } from "../data/keys";
import { useOrganizations } from "../data/organization";
import { meQuery, signedIn } from "../data/session";
import { Alone, AloneCard } from "../layout/alone";
import { text } from "../text";
import { Button } from "../ui/button";
import { Code } from "../ui/copy";
import { PasswordField, TextField } from "../ui/field";
import { Form, useForm } from "../ui/form";

const words = text.setUp;

/**
 * What the server's first person sees: an account, an organization, a key. It ends with a command that works. Which step comes next is what the
 * server already has, so a reload goes on where it was.
 */
export default function SetUp() {
  const { data: me } = useQuery(meQuery);
  return <Alone>{me ? <Next /> : <Account />}</Alone>;
}

/** After the account. */
function Next() {
  const { data: organizations } = useOrganizations();
  const [key, setKey] = useState<CreatedApiKey>();
  const [first] = organizations ?? [];
  const keys = useQuery({
    queryKey: ["keys", first?.id, "first"],
    queryFn: () => bask.apiKeys.list(first!.id, { limit: 1 }),
    enabled: first !== undefined,
  });
  if (!organizations) return null;
  if (!first) return <FirstOrganization />;
  if (key) return <Done of={key} slug={first.slug} />;
  if (!keys.data) return keys.error ? <Redirect to="/" replace /> : null;
  return keys.data.data.length === 0 ? <FirstKey organization={first.id} done={setKey} /> : <Redirect to="/" replace />;
}

function Account() {
  // The token is behind the #, where no log has it. It is read once: it works once.
  const [token] = useState(() => new URLSearchParams(location.hash.slice(1)).get("token") ?? "");
  const form = useForm(
    { fullName: "", email: "", password: "" },
    (values) => bask.auth.setUp({ token, ...values }),
    async () => {
      history.replaceState(null, "", location.pathname);
      signedIn(await bask.me.get());
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

function FirstOrganization() {
  const form = useForm(
    { name: "" },
    (values) => bask.organizations.create(values),
    async () => void (await refreshed()),
  );
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
  const finish = () => {
    go(`/o/${slug}/keys`, { replace: true });
  };
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
