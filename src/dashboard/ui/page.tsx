import { type ReactNode, useEffect } from "react";
import { product } from "../data/client";

/** The head of a page, and its title in the tab. */
export function PageHead({
  title,
  about,
  crumbs,
  action,
}: {
  title: string;
  about?: ReactNode;
  crumbs?: ReactNode;
  action?: ReactNode;
}) {
  useTitle(title);
  return (
    <header className="page-head">
      <div>
        {crumbs && <p className="crumbs">{crumbs}</p>}
        <h1>{title}</h1>
        {about && <p>{about}</p>}
      </div>
      {action && <div className="row">{action}</div>}
    </header>
  );
}

export function useTitle(title: string) {
  useEffect(() => {
    document.title = `${title} · ${product}`;
  }, [title]);
}
