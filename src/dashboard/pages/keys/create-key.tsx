import { useState } from "react";
import type { CreateApiKey } from "../../../sdk/client";
import { resourcePrefixes } from "../../data/client";
import type { CreatedApiKey } from "../../data/keys";
import { useOrganization } from "../../data/organization";
import { text } from "../../text";
import { Choice, Choices, SelectField, TextArea, TextField } from "../../ui/field";
import { DialogForm, useAct } from "../../ui/form";
import { RevealKey } from "./reveal-key";
import { ScopePicker, type Scopes } from "./scope-picker";

const words = text.keys;
const expiries = ["30", "90", "365", ""];

/** Creates a key, then shows it. */
export function CreateKey({ onClose }: { onClose: () => void }) {
  const { id } = useOrganization();
  const [access, setAccess] = useState<Scopes>({ preset: "read-only" });
  const [created, setCreated] = useState<CreatedApiKey>();
  const form = useAct(
    {
      name: "",
      environment: "live" as "live" | "test",
      expiresInDays: "90",
      rateLimit: "",
      allowedIps: "",
      only: "",
      description: "",
      // Beside which the choice of the scopes says what is wrong.
      scopes: undefined,
      preset: undefined,
    },
    (bask, { name, environment, expiresInDays, rateLimit, allowedIps, only, description }) => {
      return bask.apiKeys.create(id, {
        name,
        environment,
        ...(access as Pick<CreateApiKey, "preset" | "scopes">),
        ...(expiresInDays && { expiresInDays: Number(expiresInDays) }),
        ...(rateLimit && { rateLimit: Number(rateLimit) }),
        ...(allowedIps.trim() && { allowedIps: allowedIps.split(/[\s,]+/).filter(Boolean) }),
        ...(only.trim() && { only: only.split(/[\s,]+/).filter(Boolean) }),
        ...(description.trim() && { description }),
      });
    },
    setCreated,
  );
  if (created) return <RevealKey of={created} onClose={onClose} />;
  return (
    <DialogForm title={words.createTitle} state={form} action={words.createSubmit} onClose={onClose}>
      <TextField label={words.name} help={words.nameHelp} autoComplete="off" maxLength={100} {...form.input("name")} />
      <Choices label={words.environment} help={words.environmentHelp} error={form.errorOf("environment")}>
        {(["live", "test"] as const).map((value) => (
          <Choice
            key={value}
            type="radio"
            name="environment"
            label={words.environments[value]}
            checked={form.values.environment === value}
            onChange={() => form.set({ environment: value })}
          />
        ))}
      </Choices>
      <ScopePicker value={access} onChange={setAccess} error={form.errorOf("scopes") ?? form.errorOf("preset")} />
      <SelectField label={words.expiry} help={words.expiryHelp} {...form.input("expiresInDays")}>
        {expiries.map((days) => (
          <option key={days} value={days}>
            {days ? words.days(Number(days)) : words.noExpiry}
          </option>
        ))}
      </SelectField>
      <details className="more">
        <summary>{words.more}</summary>
        <div className="stack">
          <TextField
            label={words.rateLimit}
            help={words.rateLimitHelp}
            optional
            inputMode="numeric"
            {...form.input("rateLimit")}
            onChange={(event) => form.set({ rateLimit: event.target.value.replace(/\D/g, "") })}
          />
          <TextArea
            label={words.allowedIps}
            help={words.allowedIpsHelp}
            optional
            spellCheck={false}
            {...form.input("allowedIps")}
          />
          {resourcePrefixes.length > 0 && (
            <TextArea
              label={words.only}
              help={words.onlyHelp(resourcePrefixes)}
              optional
              spellCheck={false}
              {...form.input("only")}
            />
          )}
          <TextField label={words.description} optional maxLength={500} {...form.input("description")} />
        </div>
      </details>
    </DialogForm>
  );
}
