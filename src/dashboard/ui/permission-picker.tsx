import { type Scope, useOrganization } from "../data/organization";
import { Choice, Choices } from "./field";

/** Permissions one by one. Only those that the reader holds themselves are offered: no one gives away more. */
export function PermissionPicker({
  label,
  value,
  onChange,
  error,
}: {
  label: string;
  value: Scope[];
  onChange: (value: Scope[]) => void;
  error: string | undefined;
}) {
  const { permissions } = useOrganization();
  const kept = value.filter((grant) => !permissions.includes(grant));
  return (
    <Choices label={label} error={error}>
      <div className="scopes">
        {[...Map.groupBy([...permissions, ...kept], (permission) => permission.split(":")[0]!)].map(
          ([resource, all]) => (
            <div key={resource}>
              <h3>{resource}</h3>
              {all.map((permission) => (
                <Choice
                  key={permission}
                  label={permission.slice(resource.length + 1) || permission}
                  aria-label={permission}
                  checked={value.includes(permission)}
                  onChange={(event) =>
                    onChange(
                      event.target.checked ? [...value, permission] : value.filter((other) => other !== permission),
                    )
                  }
                />
              ))}
            </div>
          ),
        )}
      </div>
    </Choices>
  );
}
