import type { ReactNode } from "react";
import { BaskError, isBaskError } from "../../sdk/client";
import { home } from "../data/client";
import { ProviderError } from "../data/providers";
import { useEnded } from "../data/session";
import { text, translate } from "../text";
import { Button } from "./button";

/** What went wrong in a sentence, and the id to ask about it. */
export function sentenceOf(error: unknown): string {
  if (error instanceof BaskError) {
    if (error.code === "UNKNOWN") return text.common.unexpected;
    if (error.code === "RATE_LIMITED" && error.retryAfter) return text.common.tooMany(error.retryAfter);
    return error.code === "NETWORK_ERROR" || error.code === "TIMEOUT"
      ? text.common.unreachable
      : translate.problem(error);
  }
  if (error instanceof ProviderError) return error.message;
  // What browsers say of passkeys.
  if (error instanceof DOMException) {
    return error.name === "InvalidStateError" ? text.common.passkeyExists : text.common.passkeyUnused;
  }
  return text.common.unreachable;
}

/** A failure where it happened, with what the server said beyond it. */
export function Failure({ error, retry, children }: { error: unknown; retry?: () => void; children?: ReactNode }) {
  const ended = useEnded();
  if (ended && ended !== "left" && isBaskError(error, "UNAUTHORIZED", "TOKEN_EXPIRED", "INVALID_REFRESH_TOKEN")) {
    return <SessionEnded isResumed={ended === "resumed"} />;
  }
  const details = error instanceof BaskError ? (error.details ?? []) : [];
  return (
    <div className="callout" data-tone="danger" role="alert">
      <p>{sentenceOf(error)}</p>
      {details.length > 0 && (
        <ul>
          {details.map(({ path, message }) => (
            <li key={path}>
              {path && <strong>{path}</strong>} {translate.field(message)}
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

/** How to go on where a page kept what was typed when the session ended. */
const SessionEnded = ({ isResumed }: { isResumed: boolean }) => (
  <div className="callout" data-tone={isResumed ? "good" : "danger"} role="alert">
    <p>{isResumed ? text.signIn.resumed : text.signIn.endedHere}</p>
    {!isResumed && (
      <p>
        <a href={`${home}/signed-in`} target="_blank" rel="noreferrer">
          {text.signIn.inNewTab}
        </a>
      </p>
    )}
  </div>
);
