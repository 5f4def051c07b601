import type { CreatePersonalToken } from "../../../sdk/client";
import { useOrganizations } from "../../data/organization";
import type { CreatedPersonalToken } from "../../data/tokens";
import { text } from "../../text";
import { Choice, Choices, SelectField, TextArea, TextField } from "../../ui/field";
import { DialogForm, useAct } from "../../ui/form";
import { confirmed } from "../../ui/identity-dialog";

type Preset = NonNullable<CreatePersonalToken["preset"]>;

const words = text.tokens;
const { keys } = text;
const expiries = ["30", "90", "365"];

/** Creates a token, by a named set of scopes. */
export function CreateToken({
  done,
  onClose,
}: {
  done: (created: CreatedPersonalToken) => Promise<void>;
  onClose: () => void;
}) {
  const { data: organizations = [] } = useOrganizations();
  const form = useAct(
    { name: "", organizationId: "", preset: "read-only", expiresInDays: "90", allowedIps: "" },
    (bask, { name, organizationId, preset, expiresInDays, allowedIps }) =>
      confirmed(() =>
        bask.personalTokens.create({
          name,
          preset: preset as Preset,
          expiresInDays: Number(expiresInDays),
          ...(organizationId && { organizationId }),
          ...(allowedIps.trim() && { allowedIps: allowedIps.split(/[\s,]+/).filter(Boolean) }),
        }),
      ),
    done,
  );
  return (
    <DialogForm title={words.createTitle} state={form} action={words.create} onClose={onClose}>
      <TextField label={keys.name} help={words.nameHelp} autoComplete="off" maxLength={100} {...form.input("name")} />
      <SelectField label={words.organization} help={words.organizationHelp} {...form.input("organizationId")}>
        <option value="">{words.everyOrganization}</option>
        {organizations.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </SelectField>
      <Choices label={keys.access} error={form.errorOf("preset")}>
        {Object.entries(keys.presets)
          .filter(([preset]) => preset !== "custom")
          .map(([preset, [label, about]]) => (
            <Choice
              key={preset}
              type="radio"
              name="preset"
              label={label}
              help={about}
              checked={form.values.preset === preset}
              onChange={() => form.set({ preset })}
            />
          ))}
      </Choices>
      <SelectField label={keys.expiry} help={keys.expiryHelp} {...form.input("expiresInDays")}>
        {expiries.map((days) => (
          <option key={days} value={days}>
            {keys.days(Number(days))}
          </option>
        ))}
      </SelectField>
      <TextArea
        label={keys.allowedIps}
        help={keys.allowedIpsHelp}
        optional
        spellCheck={false}
        {...form.input("allowedIps")}
      />
    </DialogForm>
  );
}
