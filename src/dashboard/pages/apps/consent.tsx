import { useState } from "react";
import { isBaskError } from "../../../sdk/client";
import { AloneCard } from "../../layout/alone";
import { text, translate } from "../../text";
import { Button } from "../../ui/button";
import { Failure } from "../../ui/failure";
import { SelectField } from "../../ui/field";
import { Form, useForm } from "../../ui/form";

const words = text.apps;

/** What an app asks for, as the API describes it. */
export interface Asked {
  client: { name: string; host: string | null };
  redirectHost: string | null;
  account: { email: string };
  scopes: { scope: string; description: string }[];
  device: { ip: string; name: string } | null;
  organizations: {
    id: string;
    name: string;
    refused: Parameters<typeof translate.problem>[0] | null;
    scopes: string[];
  }[];
  digest: string;
}

/** Shows what an app asks for, and lets its user choose where, or refuse it. */
export function ConsentCard({
  asked,
  allow,
  deny,
  reread,
}: {
  asked: Asked;
  allow: (answer: { organizationId: string; digest: string }) => Promise<unknown>;
  deny: () => Promise<unknown>;
  /** Asks again what the app asks for: it is not what was shown any more. */
  reread: () => Promise<unknown>;
}) {
  const { client, device, organizations, digest, scopes, redirectHost } = asked;
  const first = organizations.find(({ refused }) => refused === null) ?? organizations[0];
  const form = useForm({ organizationId: first?.id ?? "" }, async () => {
    try {
      await allow({ organizationId: chosen?.id ?? "", digest });
    } catch (error) {
      if (isBaskError(error, "CONFLICT")) await reread();
      throw error;
    }
  });
  const [denied, setDenied] = useState<unknown>();
  const chosen = organizations.find(({ id }) => id === form.values.organizationId) ?? first;
  const isHeld = (scope: string) => !scope.includes(":") || chosen?.scopes.includes(scope);
  return (
    <AloneCard title={words.title(client.name)} about={words.about}>
      <ul className="small">
        <li>{client.host ? words.vouched(client.host) : words.registered}</li>
        {redirectHost && <li>{words.to(redirectHost)}</li>}
        {device && <li>{words.deviceFrom(translate.device(device.name), device.ip)}</li>}
        <li>{words.account(asked.account.email)}</li>
      </ul>
      {device && (
        <p className="callout" data-tone="warning">
          {words.deviceWarning}
        </p>
      )}
      <section>
        <h2 className="small">{words.wants}</h2>
        <ul>
          {scopes.map(({ scope, description }) => (
            <li
              key={scope}
              className={isHeld(scope) ? undefined : "muted"}
              title={isHeld(scope) ? scope : words.withoutYou}
            >
              {translate.scope({ scope, description })}
            </li>
          ))}
        </ul>
      </section>
      {denied !== undefined && <Failure error={denied} />}
      <Form
        state={form}
        action={words.allow}
        disabled={!chosen || chosen.refused !== null}
        wide
        after={
          <Button kind="quiet" wide onClick={() => void deny().catch(setDenied)}>
            {words.deny}
          </Button>
        }
      >
        {organizations.length === 0 ? (
          <p className="callout">{words.noOrganization}</p>
        ) : (
          <SelectField
            label={words.organization}
            help={chosen?.refused && translate.problem(chosen.refused)}
            {...form.input("organizationId")}
            value={chosen?.id}
          >
            {organizations.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </SelectField>
        )}
      </Form>
    </AloneCard>
  );
}
