import type { ReactNode } from "react";
import { product } from "../data/client";

/** A page with nothing around it: signing in, the first organization, failures. */
export const Alone = ({ children }: { children: ReactNode }) => (
  <div className="alone">
    <main>
      <p className="product">{product}</p>
      {children}
    </main>
  </div>
);
