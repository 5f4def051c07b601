import type { ReactNode } from "react";

export type Tone = "neutral" | "good" | "warn" | "danger" | "accent";

/** A state in a word. */
export const Badge = ({ tone = "neutral", children }: { tone?: Tone; children: ReactNode }) => (
  <span className="badge" data-tone={tone}>
    {children}
  </span>
);
