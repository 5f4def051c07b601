import { useSearchParams } from "wouter";
import { text } from "../text";

const words = text.keys;
/** How much of the past is shown; it is in the address. */
export function Range() {
  const [search, setSearch] = useSearchParams();
  const range = search.get("range") ?? "day";
  return (
    <div className="segmented">
      {(["day", "week", "month"] as const).map((value) => (
        <button
          key={value}
          type="button"
          aria-pressed={range === value}
          onClick={() => setSearch({ range: value }, { replace: true })}
        >
          {words.ranges[value]}
        </button>
      ))}
    </div>
  );
}
