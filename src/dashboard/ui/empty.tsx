import type { ReactNode } from "react";

/** Where there is nothing yet: what would be here, and the button or the command that makes the first. */
export const Empty = ({ title, about, children }: { title: string; about: string; children?: ReactNode }) => (
  <div className="empty">
    <h2>{title}</h2>
    <p>{about}</p>
    {children}
  </div>
);
