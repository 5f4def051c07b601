import type { AdminOrganization } from "../../data/admin";
import { text } from "../../text";
import { SelectField, TextArea, TextField } from "../../ui/field";
import { DialogForm, useAct } from "../../ui/form";
import { say } from "../../ui/toast";

const words = text.admin;
type Plan = AdminOrganization["plan"];
type Overrides = NonNullable<AdminOrganization["planOverrides"]>;

/** The plan of an organization, and limits of its own. */
export function SetPlan({ of: organization, onClose }: { of: AdminOrganization; onClose: () => void }) {
  const { id, name, plan, planOverrides } = organization;
  const form = useAct(
    { plan: plan as string, overrides: planOverrides ? JSON.stringify(planOverrides, null, 2) : "", reason: "" },
    (bask, { plan, overrides, reason }) =>
      bask.admin.organizations.setPlan(id, {
        plan: plan as Plan,
        reason,
        ...(overrides.trim() && { overrides: JSON.parse(overrides) as Overrides }),
      }),
    () => {
      onClose();
      say(words.done);
    },
  );
  const isJson = isEmptyOrJson(form.values.overrides);
  const overrides = form.input("overrides");
  return (
    <DialogForm
      title={words.setPlanTitle(name)}
      about={words.setPlanAbout}
      state={form}
      action={words.setPlan}
      disabled={!isJson}
      onClose={onClose}
    >
      <SelectField label={words.plan} {...form.input("plan")}>
        {Object.entries(words.plans).map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </SelectField>
      <TextArea
        label={words.overrides}
        help={words.overridesHelp}
        spellCheck={false}
        optional
        {...overrides}
        error={isJson ? overrides.error : words.overridesInvalid}
      />
      <TextField label={words.reason} help={words.reasonHelp} maxLength={300} {...form.input("reason")} />
    </DialogForm>
  );
}

function isEmptyOrJson(value: string): boolean {
  try {
    return value.trim() === "" || JSON.parse(value) !== undefined;
  } catch {
    return false;
  }
}
