import type { ReactNode } from "react";
import { product } from "../data/client";
import { Avatar } from "../ui/avatar";
import { useTitle } from "../ui/page";

/** A page with nothing around it: signing in, the first organization, failures. */
export const Alone = ({ children }: { children: ReactNode }) => (
  <div className="alone">
    <main>
      <p className="product">
        <Avatar name={product} />
        {product}
      </p>
      {children}
    </main>
  </div>
);

/** What such a page mostly shows: a title, and one thing to do. */
export function AloneCard({ title, about, children }: { title: string; about?: ReactNode; children?: ReactNode }) {
  useTitle(title);
  return (
    <div className="card">
      <div className="stack">
        <header>
          <h1>{title}</h1>
          {about && <p className="muted">{about}</p>}
        </header>
        {children}
      </div>
    </div>
  );
}
