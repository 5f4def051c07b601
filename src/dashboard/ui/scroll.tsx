import type { ReactNode } from "react";

/** What is wider than its place: it scrolls, with the keyboard too. */
export const Scroll = ({ label, children }: { label: string; children: ReactNode }) => (
  // biome-ignore lint/a11y: only what has the focus scrolls with the keyboard, and a fieldset is something else
  <div className="table-frame" tabIndex={0} role="group" aria-label={label}>
    {children}
  </div>
);
