import { useOrganization } from "../../data/organization";
import { text } from "../../text";
import { Choice, Choices } from "../../ui/field";

const words = text.keys;

/** Either a named set, or scopes one by one. */
export type Scopes = { preset: string } | { scopes: string[] };

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
  const { permissions } = useOrganization();
  const chosen = "scopes" in value ? value.scopes : undefined;
  const toggle = (scope: string, on: boolean) =>
    onChange({ scopes: on ? [...(chosen ?? []), scope] : (chosen ?? []).filter((other) => other !== scope) });
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
        <Choices label={words.scopes} error={error}>
          <div className="scopes">
            {byResource(permissions).map(([resource, actions]) => (
              <div key={resource}>
                <h3>{resource}</h3>
                {actions.map((action) => (
                  <Choice
                    key={action}
                    label={action}
                    checked={chosen.includes(`${resource}:${action}`)}
                    onChange={(event) => toggle(`${resource}:${action}`, event.target.checked)}
                  />
                ))}
              </div>
            ))}
          </div>
        </Choices>
      )}
    </>
  );
}

/** `["members", ["read", "update"]]`, in the catalog's order. */
export function byResource(permissions: readonly string[]): [resource: string, actions: string[]][] {
  const groups = Map.groupBy(permissions, (permission) => permission.split(":")[0]!);
  return [...groups].map(([resource, all]) => [resource, all.map((permission) => permission.split(":")[1]!)]);
}
