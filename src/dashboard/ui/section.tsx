import { type ReactNode, useId } from "react";

/** A part of a page with a head of its own. */
export function Section({
  title,
  about,
  action,
  children,
}: {
  title: string;
  about?: ReactNode;
  action?: ReactNode;
  children?: ReactNode;
}) {
  const id = useId();
  return (
    <section className="card" aria-labelledby={id}>
      <header>
        <div>
          <h2 id={id}>{title}</h2>
          {about && <p className="muted">{about}</p>}
        </div>
        {action && <div className="row">{action}</div>}
      </header>
      {children && <div className="card-body">{children}</div>}
    </section>
  );
}

/** Names and values. */
export const Facts = ({ of: facts }: { of: [label: string, value: ReactNode][] }) => (
  <dl className="facts">
    {facts.map(([label, value]) => [<dt key={label}>{label}</dt>, <dd key={`${label}=`}>{value}</dd>])}
  </dl>
);
