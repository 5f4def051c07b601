import type { ReactNode } from "react";
import { BaskError } from "../../sdk/client";
import { text } from "../text";
import { Button } from "./button";

/** What went wrong in a sentence, and the id to ask about it. */
export function sentenceOf(error: unknown): string {
  if (error instanceof BaskError) {
    return error.code === "UNKNOWN" ? text.common.unexpected : error.message;
  }
  return text.common.unreachable;
}

/** A failure where it happened, with what the server said beyond it. */
export function Failure({ error, retry, children }: { error: unknown; retry?: () => void; children?: ReactNode }) {
  const details = error instanceof BaskError ? (error.details ?? []) : [];
  return (
    <div className="callout" data-tone="danger" role="alert">
      <p>{sentenceOf(error)}</p>
      {details.length > 0 && (
        <ul>
          {details.map(({ path, message }) => (
            <li key={path}>
              {path && <strong>{path}</strong>} {message}
            </li>
          ))}
        </ul>
      )}
      {children}
      {error instanceof BaskError && error.requestId && (
        <p className="small">{text.common.requestId(error.requestId)}</p>
      )}
      {retry && (
        <div>
          <Button onClick={retry} icon="rotate-ccw">
            {text.common.retry}
          </Button>
        </div>
      )}
    </div>
  );
}
