import { useEffect, useState } from "react";
import { text } from "../text";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";

const words = text.common;

/** Keys that mean nothing else while nothing is typed: / goes to the search of the page, ? says which keys there are. */
export function Shortcuts() {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector("dialog[open]")) return;
      if (event.key === "?") setOpen(true);
      else if (event.key === "/") document.querySelector<HTMLInputElement>('input[type="search"]')?.focus();
      else return;
      event.preventDefault();
    }
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);
  if (!open) return null;
  return (
    <Dialog title={words.shortcuts} onClose={() => setOpen(false)}>
      <dl className="facts">
        {words.keys.map(([key, about]) => [
          <dt key={key}>
            <kbd>{key}</kbd>
          </dt>,
          <dd key={about}>{about}</dd>,
        ])}
      </dl>
      <div className="form-actions">
        <Button onClick={() => setOpen(false)}>{words.close}</Button>
      </div>
    </Dialog>
  );
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
