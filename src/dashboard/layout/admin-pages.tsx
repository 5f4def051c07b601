import { Link, Redirect, Route, Switch } from "wouter";
import { BaskError } from "../../sdk/client";
import { useSystem } from "../data/admin";
import { home } from "../data/client";
import { OfInstallation } from "../data/owner";
import { signOut } from "../data/session";
import { NotFound } from "../pages/not-found";
import { text } from "../text";
import { Button, LinkButton } from "../ui/button";
import { Icon } from "../ui/icon";
import { lazy } from "../ui/lazy";
import { Loading } from "../ui/loading";
import { Alone, AloneCard } from "./alone";
import { type NavigationGroup, Shell } from "./shell";

const Users = lazy(() => import("../pages/admin/users"));
const User = lazy(() => import("../pages/admin/user"));
const Organizations = lazy(() => import("../pages/admin/organizations"));
const Organization = lazy(() => import("../pages/admin/organization"));
const Apps = lazy(() => import("../pages/admin/apps"));
const Webhooks = lazy(() => import("../pages/webhooks/webhooks"));
const WebhookPage = lazy(() => import("../pages/webhooks/webhook"));
const Emails = lazy(() => import("../pages/admin/emails"));
const System = lazy(() => import("../pages/admin/system"));
const Configuration = lazy(() => import("../pages/admin/configuration"));
const OperatorLog = lazy(() => import("../pages/admin/operator-log"));

const words = text.admin;
const navigation: readonly NavigationGroup[] = [
  {
    title: words.nav.people,
    links: [
      { to: "/users", label: words.nav.users, icon: "users" },
      { to: "/organizations", label: words.nav.organizations, icon: "building" },
    ],
  },
  {
    title: words.nav.installation,
    links: [
      { to: "/system", label: words.nav.system, icon: "server" },
      { to: "/emails", label: words.nav.emails, icon: "mail" },
      { to: "/webhooks", label: words.nav.webhooks, icon: "webhook" },
      { to: "/apps", label: words.nav.apps, icon: "globe" },
      { to: "/configuration", label: words.nav.configuration, icon: "settings" },
      { to: "/audit-log", label: words.nav.audit, icon: "list" },
    ],
  },
];

/** The pages of operators, below `/admin`. */
export default function AdminPages() {
  const query = useSystem();
  if (query.error instanceof BaskError && query.error.status === 403) {
    return (
      <Alone>
        <Refused error={query.error} />
      </Alone>
    );
  }
  return (
    <Shell
      navigation={navigation}
      top={
        <Link to={`~${home}`} className="nav-link">
          <Icon name="arrow-left" />
          {words.back}
        </Link>
      }
    >
      <Loading query={query} lines={8}>
        {() => (
          <OfInstallation>
            <Pages />
          </OfInstallation>
        )}
      </Loading>
    </Shell>
  );
}

const Pages = () => (
  <Switch>
    <Route path="/">
      <Redirect to="/users" replace />
    </Route>
    <Route path="/users">
      <Users />
    </Route>
    <Route path="/users/:id">{({ id }) => <User id={id} />}</Route>
    <Route path="/organizations">
      <Organizations />
    </Route>
    <Route path="/organizations/:id">{({ id }) => <Organization id={id} />}</Route>
    <Route path="/apps">
      <Apps />
    </Route>
    <Route path="/webhooks">
      <Webhooks />
    </Route>
    <Route path="/webhooks/:id">{({ id }) => <WebhookPage id={id} />}</Route>
    <Route path="/emails">
      <Emails />
    </Route>
    <Route path="/system">
      <System />
    </Route>
    <Route path="/configuration">
      <Configuration />
    </Route>
    <Route path="/audit-log">
      <OperatorLog />
    </Route>
    <Route>
      <NotFound />
    </Route>
  </Switch>
);

/** What an operator lacks, and where to get it. */
function Refused({ error }: { error: BaskError }) {
  const { gate } = words;
  if (error.code === "TWO_FACTOR_SETUP_REQUIRED") {
    return (
      <AloneCard title={gate.setUp} about={gate.setUpAbout}>
        <LinkButton kind="primary" to={`~${home}/account/security`}>
          {gate.setUpAct}
        </LinkButton>
      </AloneCard>
    );
  }
  if (error.code === "REAUTHENTICATION_REQUIRED") {
    return (
      <AloneCard title={gate.again} about={gate.againAbout}>
        <Button kind="primary" onClick={() => void signOut()}>
          {gate.againAct}
        </Button>
      </AloneCard>
    );
  }
  return (
    <AloneCard title={gate.forbidden} about={gate.forbiddenAbout}>
      <LinkButton to={`~${home}`}>{text.common.home}</LinkButton>
    </AloneCard>
  );
}
