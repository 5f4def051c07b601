import type { ReactNode } from "react";

/** What is wider than its place: it scrolls, with the keyboard too. */
export const Scroll = ({ label, children }: { label: string; children: ReactNode }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: only what has the focus scrolls with the keyboard
  <section className="table-frame" tabIndex={0} aria-label={label}>
    {children}
  </section>
);
