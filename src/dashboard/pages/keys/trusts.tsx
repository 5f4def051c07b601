import { useState } from "react";
import { useMay, useOrganization } from "../../data/organization";
import { claimsOf, type Trust, type TrustChecks, useTrusts } from "../../data/trusts";
import { text } from "../../text";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { Confirm } from "../../ui/confirm";
import { TextArea, TextField } from "../../ui/field";
import { DialogForm, Form, useAct } from "../../ui/form";
import { Loading } from "../../ui/loading";
import { Section } from "../../ui/section";
import { Table } from "../../ui/table";
import { say } from "../../ui/toast";

const words = text.trusts;

/** The pipelines that may use a key without holding it, and what they say to a token's claims. */
export function Trusts({ of: key }: { of: string }) {
  const { id } = useOrganization();
  const may = useMay();
  const [adding, setAdding] = useState(false);
  const [removing, remove] = useState<Trust>();
  const [checks, setChecks] = useState<TrustChecks>();
  const verdictOf = (trust: Trust) => checks?.data.find(({ trustId }) => trustId === trust.id);
  const changes = may("api-keys:update");
  return (
    <Section
      title={words.title}
      about={words.about}
      action={
        changes && (
          <Button icon="plus" onClick={() => setAdding(true)}>
            {words.add}
          </Button>
        )
      }
    >
      <Loading query={useTrusts(key)}>
        {({ data }) =>
          data.length === 0 ? (
            <p className="muted">{words.none}</p>
          ) : (
            <div className="stack">
              <Table
                caption={words.title}
                rows={data}
                keyOf={(trust) => trust.id}
                columns={[
                  { label: words.issuer, kind: "title", cell: ({ issuer }) => issuer },
                  {
                    label: words.claims,
                    cell: ({ claims }) => (
                      <ul className="plain-list">
                        {Object.entries(claims).map(([name, value]) => (
                          <li key={name}>
                            <code>
                              {name} = {value}
                            </code>
                          </li>
                        ))}
                      </ul>
                    ),
                  },
                  { label: words.audience, cell: ({ audience }) => audience },
                  ...(checks
                    ? [{ label: words.verdict, cell: (trust: Trust) => <Verdict of={verdictOf(trust)} /> }]
                    : []),
                  ...(changes
                    ? [
                        {
                          label: text.common.actions,
                          kind: "actions" as const,
                          cell: (trust: Trust) => <Button onClick={() => remove(trust)}>{words.remove}</Button>,
                        },
                      ]
                    : []),
                ]}
              />
              <DryRun of={key} checks={checks} done={setChecks} />
            </div>
          )
        }
      </Loading>
      {adding && <AddTrust of={key} onClose={() => setAdding(false)} />}
      {removing && (
        <Confirm
          title={words.removeTitle}
          about={words.removeAbout}
          action={words.remove}
          run={(bask) => bask.workloadIdentity.deleteTrust(id, key, removing.id)}
          done={() => {
            remove(undefined);
            say(words.removed);
          }}
          onClose={() => remove(undefined)}
        />
      )}
    </Section>
  );
}

const Verdict = ({ of: check }: { of: TrustChecks["data"][number] | undefined }) =>
  check ? (
    <Badge tone={check.mismatch === null ? "good" : "warn"}>{words.mismatches[check.mismatch ?? "none"]}</Badge>
  ) : null;

/** Whether a pipeline's token would be accepted, before it is tried. */
function DryRun({
  of: key,
  checks,
  done,
}: {
  of: string;
  checks: TrustChecks | undefined;
  done: (checks: TrustChecks) => void;
}) {
  const { id } = useOrganization();
  const form = useAct(
    { claims: "" },
    (bask, { claims }) => bask.workloadIdentity.checkTrusts(id, key, { claims: claimsOf(claims)! }),
    done,
  );
  const { claims } = form.values;
  const isReadable = claimsOf(claims) !== undefined;
  const input = form.input("claims");
  return (
    <details className="more">
      <summary>{words.dryRun}</summary>
      <Form state={form} action={words.check} disabled={!isReadable}>
        <TextArea
          label={words.pasted}
          help={words.pastedHelp}
          spellCheck={false}
          rows={5}
          {...input}
          error={claims.trim() && !isReadable ? words.unreadable : input.error}
        />
        {checks && (
          <p className="callout" data-tone={checks.accepted ? "good" : "warn"} role="status">
            {checks.accepted ? words.accepted : checks.isPullRequest ? words.pullRequest : words.refused}
          </p>
        )}
      </Form>
    </details>
  );
}

/** A pipeline on GitHub or GitLab is recognized by its repository and its branch. */
function AddTrust({ of: key, onClose }: { of: string; onClose: () => void }) {
  const { id } = useOrganization();
  const form = useAct(
    {
      issuer: "https://token.actions.githubusercontent.com",
      claims: "repository_id = \nref = refs/heads/main",
      audience: "",
    },
    (bask, { issuer, claims, audience }) =>
      bask.workloadIdentity.createTrust(id, key, {
        issuer,
        claims: pairsOf(claims),
        ...(audience.trim() && { audience }),
      }),
    () => {
      onClose();
    },
  );
  return (
    <DialogForm title={words.addTitle} about={words.addAbout} state={form} action={words.add} onClose={onClose}>
      <TextField label={words.issuer} help={words.issuerHelp} type="url" spellCheck={false} {...form.input("issuer")} />
      <TextArea label={words.claims} help={words.claimsHelp} rows={4} spellCheck={false} {...form.input("claims")} />
      <TextField label={words.audience} help={words.audienceHelp} optional {...form.input("audience")} />
    </DialogForm>
  );
}

/** `name = value`, one a line. */
const pairsOf = (lines: string): Record<string, string> =>
  Object.fromEntries(
    lines
      .split("\n")
      .map((line) => line.split("=").map((part) => part.trim()))
      .filter(([name]) => name)
      .map(([name, ...value]) => [name!, value.join("=")]),
  );
