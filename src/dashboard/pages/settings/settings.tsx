import { useState } from "react";
import { useLocation } from "wouter";
import { refreshed } from "../../data/changes";
import { home } from "../../data/client";
import { editsOf } from "../../data/edits";
import { forgetOrganization, useMay, useOrganization } from "../../data/organization";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { Confirm } from "../../ui/confirm";
import { CopyButton } from "../../ui/copy";
import { TextField } from "../../ui/field";
import { Form, useAct } from "../../ui/form";
import { PageHead } from "../../ui/page";
import { Facts, Section } from "../../ui/section";
import { say } from "../../ui/toast";
import { Ownership } from "./ownership";

const words = text.settings;

/** The organization itself: its name, who owns it, its end. */
export default function Settings() {
  const { id } = useOrganization();
  const may = useMay();
  return (
    <>
      <PageHead title={words.title} />
      <Section title={words.general}>
        <Facts
          of={[
            [
              words.id,
              <span className="row" key="id">
                <code>{id}</code>
                <CopyButton value={id} />
              </span>,
            ],
          ]}
        />
        {may("organization:update") && <NameForm />}
      </Section>
      <Ownership />
      <DangerZone />
    </>
  );
}

function NameForm() {
  const organization = useOrganization();
  const [, go] = useLocation();
  const form = useAct(
    { name: organization.name, slug: organization.slug },
    (bask, values, begun) => bask.organizations.update(organization.id, editsOf(begun, values)),
    async (updated) => {
      say(words.saved);
      await refreshed();
      if (updated.slug !== organization.slug) go(`~${home}/o/${updated.slug}/settings`, { replace: true });
    },
  );
  return (
    <Form state={form} action={text.common.save}>
      <TextField label={words.name} maxLength={100} {...form.input("name")} />
      <TextField label={words.slug} help={words.slugHelp} maxLength={50} spellCheck={false} {...form.input("slug")} />
    </Form>
  );
}

function DangerZone() {
  const { id, name, role } = useOrganization();
  const may = useMay();
  const [, go] = useLocation();
  const [open, setOpen] = useState<"leave" | "delete">();
  const [typed, setTyped] = useState("");
  const close = () => setOpen(undefined);
  const gone = async () => {
    forgetOrganization(id);
    go(`~${home}`);
  };
  return (
    <Section title={words.danger}>
      {role !== "owner" && (
        <div className="row spread">
          <div>
            <h3>{words.leaveTitle}</h3>
            <p className="muted">{words.leaveAbout}</p>
          </div>
          <Button onClick={() => setOpen("leave")}>{words.leave}</Button>
        </div>
      )}
      {may("organization:delete") && (
        <div className="row spread">
          <div>
            <h3>{words.deleteTitle}</h3>
            <p className="muted">{words.deleteAbout}</p>
          </div>
          <Button onClick={() => setOpen("delete")}>{words.delete}</Button>
        </div>
      )}
      {open === "leave" && (
        <Confirm
          title={words.leaveTitle}
          about={words.leaveAbout}
          action={words.leave}
          run={(bask) => bask.organizations.leave(id)}
          done={gone}
          onClose={close}
        />
      )}
      {open === "delete" && (
        <Confirm
          title={words.deleteConfirm(name)}
          about={words.deleteAbout}
          action={words.delete}
          disabled={typed !== name}
          run={(bask) => bask.organizations.delete(id)}
          done={gone}
          onClose={close}
        >
          <TextField
            label={words.typeName(name)}
            autoComplete="off"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </Confirm>
      )}
    </Section>
  );
}
