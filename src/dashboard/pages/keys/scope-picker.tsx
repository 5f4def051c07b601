import type { Scope } from "../../data/organization";
import { text } from "../../text";
import { Choice, Choices } from "../../ui/field";
import { PermissionPicker } from "../../ui/permission-picker";

const words = text.keys;

/** Either a named set, or scopes one by one. */
export type Scopes = { preset: string } | { scopes: Scope[] };

/** What a key may do. Only what the reader may do themselves is offered, because a key never gets more. */
export function ScopePicker({
  value,
  onChange,
  error,
}: {
  value: Scopes;
  onChange: (value: Scopes) => void;
  error: string | undefined;
}) {
  const chosen = "scopes" in value ? value.scopes : undefined;
  return (
    <>
      <Choices label={words.access} error={chosen ? undefined : error}>
        {Object.entries(words.presets).map(([preset, [label, about]]) => (
          <Choice
            key={preset}
            type="radio"
            name="access"
            label={label}
            help={about}
            checked={preset === "custom" ? chosen !== undefined : "preset" in value && value.preset === preset}
            onChange={() => onChange(preset === "custom" ? { scopes: [] } : { preset })}
          />
        ))}
      </Choices>
      {chosen && (
        <PermissionPicker
          label={words.scopes}
          value={chosen}
          onChange={(scopes) => onChange({ scopes })}
          error={error}
        />
      )}
    </>
  );
}
