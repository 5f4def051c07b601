import { type Subscription, useEventTypes } from "../../data/webhooks";
import { text } from "../../text";
import { Choice, Choices } from "../../ui/field";

const words = text.webhooks;

/** All events, all of a noun, or types one by one. */
export function EventPicker({
  value,
  onChange,
  error,
}: {
  value: Subscription[];
  onChange: (value: Subscription[]) => void;
  error: string | undefined;
}) {
  const { data: types = [] } = useEventTypes();
  const all = value.includes("*");
  const toggle = (type: Subscription, on: boolean) =>
    onChange(on ? [...value, type] : value.filter((other) => other !== type));
  return (
    <Choices label={words.events} error={error}>
      <Choice label={words.allEvents} checked={all} onChange={(event) => onChange(event.target.checked ? ["*"] : [])} />
      {!all && (
        <div className="scopes">
          {[...Map.groupBy(types, (type) => type.split(".")[0]!)].map(([noun, members]) => {
            const every = `${noun}.*` as Subscription;
            const whole = value.includes(every);
            return (
              <div key={noun}>
                <Choice
                  label={<strong>{words.allOf(noun.replace("_", " "))}</strong>}
                  checked={whole}
                  onChange={(event) => toggle(every, event.target.checked)}
                />
                {!whole &&
                  members.map((type) => (
                    <Choice
                      key={type}
                      label={type.slice(noun.length + 1).replaceAll("_", " ")}
                      aria-label={type}
                      checked={value.includes(type)}
                      onChange={(event) => toggle(type, event.target.checked)}
                    />
                  ))}
              </div>
            );
          })}
        </div>
      )}
    </Choices>
  );
}
