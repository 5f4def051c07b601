import { home } from "../data/client";
import { text } from "../text";
import { LinkButton } from "../ui/button";
import { useTitle } from "../ui/page";

export function NotFound() {
  useTitle(text.common.notFound);
  return (
    <div className="stack">
      <h1>{text.common.notFound}</h1>
      <p className="muted">{text.common.notFoundAbout}</p>
      <div>
        <LinkButton to={`~${home}`}>{text.common.home}</LinkButton>
      </div>
    </div>
  );
}
