import { type ReactNode, useEffect } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { product, productLinks } from "../data/client";
import { CurrentOrganization, useMay, useOrganization, useOrganizations } from "../data/organization";
import { NotFound } from "../pages/not-found";
import { text } from "../text";
import { LinkButton } from "../ui/button";
import { Failure } from "../ui/failure";
import { lazy } from "../ui/lazy";
import { PageHead } from "../ui/page";
import { Alone } from "./alone";
import { rememberOrganization } from "./home";
import { navigation } from "./navigation";
import { OrganizationSwitcher } from "./organization-switcher";
import { Shell } from "./shell";

const Keys = lazy(() => import("../pages/keys/keys"));
const Webhooks = lazy(() => import("../pages/webhooks/webhooks"));
const Apps = lazy(() => import("../pages/apps/organization-apps"));
const Mcp = lazy(() => import("../pages/mcp/mcp"));
const WebhookPage = lazy(() => import("../pages/webhooks/webhook"));
const AuditLog = lazy(() => import("../pages/audit/audit-log"));
const Plan = lazy(() => import("../pages/usage/plan"));
const Policy = lazy(() => import("../pages/policy/policy"));
const Settings = lazy(() => import("../pages/settings/settings"));
const Members = lazy(() => import("../pages/members/members"));
const MemberTokens = lazy(() => import("../pages/members/member-tokens"));
const Roles = lazy(() => import("../pages/roles/roles"));
const KeyPage = lazy(() => import("../pages/keys/key"));

/** The pages of one organization, below `/o/:slug`. A page is a route here and a link in `navigation.ts`. */
export function OrganizationPages({ slug }: { slug: string }) {
  const { data, error, refetch } = useOrganizations();
  const organization = data?.find((candidate) => candidate.slug === slug);
  useEffect(() => {
    if (organization) rememberOrganization(organization.slug);
  }, [organization]);
  if (!data) {
    return error ? (
      <Alone>
        <Failure error={error} retry={() => void refetch()} />
      </Alone>
    ) : null;
  }
  if (!organization) {
    return (
      <Alone>
        <NotFound />
      </Alone>
    );
  }
  return (
    <CurrentOrganization.Provider value={organization} key={organization.id}>
      <Frame>
        <Switch>
          <Route path="/keys">
            <Keys />
          </Route>
          <Route path="/keys/:id">{({ id }) => <KeyPage id={id} />}</Route>
          <Route path="/webhooks">
            <Webhooks />
          </Route>
          <Route path="/webhooks/:id">{({ id }) => <WebhookPage id={id} />}</Route>
          <Route path="/apps">
            <Apps />
          </Route>
          <Route path="/mcp">
            <Mcp />
          </Route>
          <Route path="/members">
            <Members />
          </Route>
          <Route path="/roles">
            <Roles />
          </Route>
          <Route path="/tokens">
            <MemberTokens />
          </Route>
          <Route path="/plan">
            <Plan />
          </Route>
          <Route path="/audit-log">
            <AuditLog />
          </Route>
          <Route path="/policy">
            <Policy />
          </Route>
          <Route path="/settings">
            <Settings />
          </Route>
          <Route path="/">
            <Start />
          </Route>
          <Route>
            <NotFound />
          </Route>
        </Switch>
      </Frame>
    </CurrentOrganization.Provider>
  );
}

/** The pages that the role of the reader allows. */
function useAllowed() {
  const may = useMay();
  return navigation
    .map(({ title, links }) => ({ title, links: links.filter(({ needs }) => may(needs)) }))
    .filter(({ links }) => links.length > 0);
}

/** The sidebar shows the pages that the role of the reader allows; a link to another says so before anything is requested. */
function Frame({ children }: { children: ReactNode }) {
  const [path] = useLocation();
  const may = useMay();
  const page = navigation.flatMap(({ links }) => links).find(({ to }) => path === to || path.startsWith(`${to}/`));
  const { id } = useOrganization();
  const own = productLinks
    .filter(({ needs }) => may(needs))
    .map(({ label, to }) => ({
      label,
      to: to.replace("{organization}", id),
      icon: "external-link" as const,
      outside: true,
    }));
  return (
    <Shell
      top={<OrganizationSwitcher />}
      navigation={[...useAllowed(), ...(own.length > 0 ? [{ title: product, links: own }] : [])]}
    >
      {page && !may(page.needs) ? <NoAccess /> : children}
    </Shell>
  );
}

function Start() {
  const first = useAllowed()[0]?.links[0];
  return first ? <Redirect to={first.to} replace /> : <NoAccess />;
}

const NoAccess = () => (
  <>
    <PageHead title={text.organization.noAccess} about={text.organization.noAccessAbout} />
    <div>
      <LinkButton to="/">{text.common.home}</LinkButton>
    </div>
  </>
);
