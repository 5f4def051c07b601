import { useState } from "react";
import { text } from "../text";
import { IconButton } from "./button";

/** Puts a text on the clipboard, and says that it is there. */
export function CopyButton({ value, label = text.common.copy }: { value: string; label?: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <>
      <IconButton
        icon={copied ? "check" : "copy"}
        label={label}
        onClick={() =>
          navigator.clipboard.writeText(value).then(
            () => setCopied(true),
            () => setCopied(false),
          )
        }
        onBlur={() => setCopied(false)}
      />
      <span className="visually-hidden" role="status">
        {copied ? text.common.copied : ""}
      </span>
    </>
  );
}

/** Something to copy: a key, a command, a piece of code. */
export const Code = ({ value, label }: { value: string; label?: string }) => (
  <div className="code">
    <pre>{value}</pre>
    <CopyButton value={value} {...(label !== undefined && { label })} />
  </div>
);
