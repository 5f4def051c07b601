import { useEffect, useState } from "react";
import type { AdminBask } from "../../sdk/admin";
import { type Repeatable, repeatable } from "../data/copy-as";
import { text } from "../text";
import { Code } from "./copy";

/** The same act for a shell and a program; it is made when it is opened. */
export function CopyAs({ act }: { act: (bask: AdminBask) => unknown }) {
  const [open, setOpen] = useState(false);
  const [of, setOf] = useState<Repeatable>();
  useEffect(() => {
    if (open) void repeatable(act).then(setOf);
  }, [open, act]);
  return (
    <details className="more" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{text.common.copyAs} curl, TypeScript</summary>
      {of && (
        <div className="stack">
          <Code value={of.curl} label={`${text.common.copyAs} curl`} />
          <Code value={of.typescript} label={`${text.common.copyAs} TypeScript`} />
        </div>
      )}
    </details>
  );
}
