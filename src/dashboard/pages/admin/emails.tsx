import { useState } from "react";
import { type FailedEmail, useFailedEmails, useSystem } from "../../data/admin";
import type { bask } from "../../data/client";
import { number } from "../../data/time";
import { text } from "../../text";
import { iconButton } from "../../ui/button";
import { Confirm } from "../../ui/confirm";
import { Empty } from "../../ui/empty";
import { TextField } from "../../ui/field";
import { Form, useAct } from "../../ui/form";
import { List } from "../../ui/list";
import { Menu, MenuAct } from "../../ui/menu";
import { PageHead } from "../../ui/page";
import { Section } from "../../ui/section";
import { Time } from "../../ui/time";
import { attempt, say } from "../../ui/toast";

const words = text.admin;

/** The outbox: what was given up, to be sent again or dropped, and whether the mail server takes emails. */
export default function Emails() {
  const { data: system } = useSystem();
  const [dropping, drop] = useState<FailedEmail>();
  return (
    <>
      <PageHead title={words.nav.emails} about={words.emailsAbout} />
      {system && (
        <dl className="figures">
          <Figure label={words.waiting} value={number(system.emails.waiting)} />
          <Figure label={words.failed} value={number(system.emails.failed)} />
        </dl>
      )}
      <List
        query={useFailedEmails()}
        caption={words.failedList}
        keyOf={({ id }) => id}
        columns={[
          {
            label: words.to,
            kind: "title",
            cell: ({ to, template }) => (
              <span className="main">
                {to}
                <code className="muted small">{template}</code>
              </span>
            ),
          },
          { label: words.failure, cell: ({ failure }) => failure ?? "–" },
          { label: words.attempts, kind: "number", cell: ({ attempts }) => number(attempts) },
          { label: words.written, cell: ({ createdAt }) => <Time at={createdAt} /> },
          {
            label: text.common.actions,
            kind: "actions",
            cell: (email) => (
              <Menu label={words.actionsOf(email.to)} button={iconButton("ellipsis", words.actionsOf(email.to))}>
                <MenuAct icon="send" act={() => attempt((bask) => bask.admin.emails.retry(email.id), words.retried)}>
                  {words.retry}
                </MenuAct>
                <MenuAct icon="trash" danger act={() => drop(email)}>
                  {words.drop}
                </MenuAct>
              </Menu>
            ),
          },
        ]}
        empty={<Empty title={words.noFailed} about={words.noFailedAbout} />}
      />
      <TestEmail />
      {dropping && (
        <Confirm
          title={words.dropTitle}
          about={words.dropAbout(dropping.to)}
          action={words.drop}
          run={(bask) => bask.admin.emails.drop(dropping.id)}
          done={() => {
            drop(undefined);
            say(words.dropped);
          }}
          onClose={() => drop(undefined)}
        />
      )}
    </>
  );
}

export const Figure = ({ label, value }: { label: string; value: string }) => (
  <div className="figure">
    <dt>{label}</dt>
    <dd>{value}</dd>
  </div>
);

function TestEmail() {
  const [result, setResult] = useState<Awaited<ReturnType<typeof bask.admin.emails.test>>>();
  const form = useAct({ email: "" }, (bask, input) => bask.admin.emails.test(input), setResult);
  return (
    <Section title={words.testTitle} about={words.testAbout}>
      <Form state={form} action={words.testAct}>
        <TextField label={words.to} type="email" autoComplete="email" {...form.input("email")} />
        {result &&
          !form.busy &&
          (result.failure === null ? (
            <p className="callout" data-tone="good" role="status">
              {words.testDone(result.place)}
            </p>
          ) : (
            <p className="callout" data-tone="danger" role="status">
              {words.testFailed(result.place)} {result.failure}
            </p>
          ))}
      </Form>
    </Section>
  );
}
