import { Redirect } from "wouter";
import { useLooking } from "../data/impersonation";
import { useOrganizations } from "../data/organization";
import { FirstOrganization } from "../pages/first-organization";
import { text } from "../text";
import { Loading } from "../ui/loading";
import { Alone, AloneCard } from "./alone";

const lastSlug = "bask.organization";

/** Remembers which organization was shown, so that the next visit starts there. */
export const rememberOrganization = (slug: string) => localStorage.setItem(lastSlug, slug);

/** The start: the organization shown last, or the first one to be created. */
export function Home() {
  const query = useOrganizations();
  const looking = useLooking();
  if (query.data) {
    const last = localStorage.getItem(lastSlug);
    const organization = query.data.find(({ slug }) => slug === last) ?? query.data[0];
    if (organization) return <Redirect to={`/o/${organization.slug}`} replace />;
  }
  return (
    <Alone>
      <Loading query={query}>
        {() => (looking ? <AloneCard title={text.admin.noOrganizationsOf(looking.fullName)} /> : <FirstOrganization />)}
      </Loading>
    </Alone>
  );
}
