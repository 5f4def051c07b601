import { useState } from "react";
import type { CreateApiKey } from "../../../sdk/client";
import { bask } from "../../data/client";
import { type CreatedApiKey, keysChanged } from "../../data/keys";
import { useOrganization } from "../../data/organization";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Choice, Choices, SelectField, TextArea, TextField } from "../../ui/field";
import { Form, useForm } from "../../ui/form";
import { RevealKey } from "./reveal-key";
import { ScopePicker, type Scopes } from "./scope-picker";

const words = text.keys;
const expiries = ["30", "90", "365", ""];

/** Creates a key, then shows it. */
export function CreateKey({ onClose }: { onClose: () => void }) {
  const { id } = useOrganization();
  const [name, setName] = useState("");
  const [environment, setEnvironment] = useState<"live" | "test">("live");
  const [access, setAccess] = useState<Scopes>({ preset: "read-only" });
  const [expiresInDays, setExpiry] = useState("90");
  const [rateLimit, setRateLimit] = useState("");
  const [ips, setIps] = useState("");
  const [description, setDescription] = useState("");
  const [created, setCreated] = useState<CreatedApiKey>();
  const form = useForm(
    ["name", "environment", "scopes", "preset", "expiresInDays", "rateLimit", "allowedIps", "description"],
    () =>
      bask.apiKeys.create(id, {
        name,
        environment,
        ...(access as Pick<CreateApiKey, "preset" | "scopes">),
        ...(expiresInDays && { expiresInDays: Number(expiresInDays) }),
        ...(rateLimit && { rateLimit: Number(rateLimit) }),
        ...(ips.trim() && { allowedIps: ips.split(/[\s,]+/).filter(Boolean) }),
        ...(description.trim() && { description }),
      }),
    async (key) => {
      setCreated(key);
      await keysChanged();
    },
  );
  if (created) return <RevealKey of={created} onClose={onClose} />;
  return (
    <Dialog title={words.createTitle} onClose={onClose}>
      <Form
        state={form}
        actions={
          <>
            <Button onClick={onClose}>{text.common.cancel}</Button>
            <Button kind="primary" type="submit" busy={form.busy}>
              {words.createSubmit}
            </Button>
          </>
        }
      >
        <TextField
          label={words.name}
          help={words.nameHelp}
          autoComplete="off"
          maxLength={100}
          value={name}
          error={form.errorOf("name")}
          onChange={(event) => setName(event.target.value)}
        />
        <Choices label={words.environment} help={words.environmentHelp} error={form.errorOf("environment")}>
          {(["live", "test"] as const).map((value) => (
            <Choice
              key={value}
              type="radio"
              name="environment"
              label={words.environments[value]}
              checked={environment === value}
              onChange={() => setEnvironment(value)}
            />
          ))}
        </Choices>
        <ScopePicker value={access} onChange={setAccess} error={form.errorOf("scopes") ?? form.errorOf("preset")} />
        <SelectField
          label={words.expiry}
          help={words.expiryHelp}
          value={expiresInDays}
          error={form.errorOf("expiresInDays")}
          onChange={(event) => setExpiry(event.target.value)}
        >
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
              value={rateLimit}
              error={form.errorOf("rateLimit")}
              onChange={(event) => setRateLimit(event.target.value.replace(/\D/g, ""))}
            />
            <TextArea
              label={words.allowedIps}
              help={words.allowedIpsHelp}
              optional
              spellCheck={false}
              value={ips}
              error={form.errorOf("allowedIps")}
              onChange={(event) => setIps(event.target.value)}
            />
            <TextField
              label={words.description}
              optional
              maxLength={500}
              value={description}
              error={form.errorOf("description")}
              onChange={(event) => setDescription(event.target.value)}
            />
          </div>
        </details>
      </Form>
    </Dialog>
  );
}
