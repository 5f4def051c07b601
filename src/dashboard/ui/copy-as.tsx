import { useEffect, useRef, useState } from "react";
import { apiUrl, base } from "../data/client";
import { type Act, type Repeatable, repeatable } from "../data/copy-as";
import { loadApiDocument } from "../data/openapi";
import { text } from "../text";
import { Code } from "./copy";

const server = apiUrl.slice(0, -"/api/v1".length);

/** The same act for a shell and a program; it is made when it is opened. */
export function CopyAs({ act }: { act: Act }) {
  const [open, setOpen] = useState(false);
  const [of, setOf] = useState<Repeatable>();
  const [isUnderWay, setUnderWay] = useState(false);
  const place = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    // In a dialog what was opened may be below its edge.
    if (of) place.current?.scrollIntoView({ block: "nearest" });
  }, [of]);
  useEffect(() => {
    if (!open) return;
    let isLatest = true;
    const show = (made?: Repeatable) => {
      if (!isLatest) return;
      setOf(made);
      setUnderWay(false);
    };
    setUnderWay(true);
    loadApiDocument(base)
      .then((document) => repeatable(act, server, document))
      .then(show, () => show());
    return () => {
      isLatest = false;
    };
  }, [open, act]);
  return (
    <details ref={place} className="more copy-as" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{text.common.copyAs} curl, TypeScript</summary>
      {!of && isUnderWay && <div className="skeleton" aria-hidden="true" />}
      {of && (
        <div className="stack">
          <Code value={of.curl} label={`${text.common.copyAs} curl`} />
          <Code value={of.typescript} label={`${text.common.copyAs} TypeScript`} />
          {of.credential && (
            <p className="help">
              {of.credential === "BASK_API_KEY" ? text.common.needsKey(of.permission) : text.common.needsToken}
            </p>
          )}
        </div>
      )}
    </details>
  );
}
