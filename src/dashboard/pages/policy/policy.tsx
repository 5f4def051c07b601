import { useState } from "react";
import { isBaskError } from "../../../sdk/client";
import { useOrganization } from "../../data/organization";
import { usePolicy } from "../../data/settings";
import { text } from "../../text";
import { Choice, Choices, TextArea, TextField } from "../../ui/field";
import { Form, useAct } from "../../ui/form";
import { Loading } from "../../ui/loading";
import { PageHead } from "../../ui/page";
import { Section } from "../../ui/section";
import { say } from "../../ui/toast";

const words = text.settings;
type PolicyValues = NonNullable<ReturnType<typeof usePolicy>["data"]>;

/** What stands in a field, one thing a line. */
const listed = (lines: string) => lines.split(/[\s,]+/).filter(Boolean);

/** What the organization requires of its members and keys. */
export default function Policy() {
  return (
    <>
      <PageHead title={words.policyTitle} about={words.policyAbout} />
      <Loading query={usePolicy()} lines={8}>
        {(policy) => <PolicyForm policy={policy} />}
      </Loading>
    </>
  );
}

const fieldsOf = (policy: PolicyValues) => ({
  require2fa: policy.require2fa !== null,
  maxKeyLifetimeDays: policy.maxKeyLifetimeDays?.toString() ?? "",
  allowedIps: policy.allowedIps?.join("\n") ?? "",
  personalTokens: policy.personalTokens ?? ("allowed" as const),
  maxPersonalTokenDays: policy.maxPersonalTokenDays?.toString() ?? "",
  apps: policy.allowedClients === null ? ("any" as const) : ("listed" as const),
  allowedClients: policy.allowedClients?.join("\n") ?? "",
  blockedClients: policy.blockedClients?.join("\n") ?? "",
});

function PolicyForm({ policy }: { policy: PolicyValues }) {
  const { id } = useOrganization();
  /** Of the policy that the fields were filled with, or that they were saved as: no other one is overwritten. */
  const [etag, setEtag] = useState(policy.etag);
  const form = useAct(
    fieldsOf(policy),
    (bask, { require2fa, maxKeyLifetimeDays, allowedIps, personalTokens, maxPersonalTokenDays, ...values }) => {
      const networks = listed(allowedIps);
      const blocked = listed(values.blockedClients);
      return bask.policy.update(id, {
        etag,
        require2fa: require2fa ? (policy.require2fa ?? new Date().toISOString()) : null,
        maxKeyLifetimeDays: maxKeyLifetimeDays ? Number(maxKeyLifetimeDays) : null,
        allowedIps: networks.length > 0 ? networks : null,
        personalTokens: personalTokens === "allowed" ? null : personalTokens,
        maxPersonalTokenDays: maxPersonalTokenDays ? Number(maxPersonalTokenDays) : null,
        allowedClients: values.apps === "any" ? null : listed(values.allowedClients),
        blockedClients: blocked.length > 0 ? blocked : null,
      });
    },
    (saved) => {
      setEtag(saved.etag);
      say(words.policySaved);
    },
  );
  // What another admin changed is looked at before the change is made once more.
  if (isBaskError(form.failure, "CONFLICT") && policy.etag !== etag) {
    setEtag(policy.etag);
    form.rebase(fieldsOf(policy));
  }
  const { require2fa } = form.values;
  const { membersWithoutTwoFactor: without } = policy;
  return (
    <Section title={words.policyTitle}>
      <Form state={form} action={text.common.save}>
        <Choice
          label={words.require2fa}
          help={words.require2faHelp}
          checked={require2fa}
          onChange={(event) => form.set({ require2fa: event.target.checked })}
        />
        {form.errorOf("require2fa") && <p className="field-error">{form.errorOf("require2fa")}</p>}
        {without.length > 0 && (
          <div className="callout" data-tone={require2fa ? "warn" : undefined}>
            <p>{words.without2fa(without.length)}</p>
            <ul>
              {without.map(({ memberId, fullName, email }) => (
                <li key={memberId}>
                  {fullName}, {email}
                </li>
              ))}
            </ul>
          </div>
        )}
        <TextField
          label={words.maxLifetime}
          help={words.maxLifetimeHelp}
          inputMode="numeric"
          {...form.input("maxKeyLifetimeDays")}
          onChange={(event) => form.set({ maxKeyLifetimeDays: event.target.value.replace(/\D/g, "") })}
        />
        <TextArea
          label={words.allowedIps}
          help={words.allowedIpsHelp}
          spellCheck={false}
          {...form.input("allowedIps")}
        />
        <Choices label={text.tokens.policy} help={text.tokens.policyHelp} error={form.errorOf("personalTokens")}>
          {(["allowed", "approval", "refused"] as const).map((value) => (
            <Choice
              key={value}
              type="radio"
              name="personalTokens"
              label={text.tokens.policies[value]}
              checked={form.values.personalTokens === value}
              onChange={() => form.set({ personalTokens: value })}
            />
          ))}
        </Choices>
        <TextField
          label={text.tokens.maxDays}
          help={text.tokens.maxDaysHelp}
          inputMode="numeric"
          {...form.input("maxPersonalTokenDays")}
          onChange={(event) => form.set({ maxPersonalTokenDays: event.target.value.replace(/\D/g, "") })}
        />
        <Choices label={text.organizationApps.policy}>
          {(["any", "listed"] as const).map((value) => (
            <Choice
              key={value}
              type="radio"
              name="apps"
              label={text.organizationApps.policyChoices[value]}
              checked={form.values.apps === value}
              onChange={() => form.set({ apps: value })}
            />
          ))}
        </Choices>
        {form.values.apps === "listed" && (
          <TextArea
            label={text.organizationApps.clientIds}
            help={text.organizationApps.policyHelp}
            spellCheck={false}
            {...form.input("allowedClients")}
          />
        )}
        <TextArea
          label={text.organizationApps.blockedApps}
          help={text.organizationApps.blockedAppsHelp}
          spellCheck={false}
          {...form.input("blockedClients")}
        />
      </Form>
    </Section>
  );
}
