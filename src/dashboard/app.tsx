import { useQuery } from "@tanstack/react-query";
import { Redirect, Route, Router, Switch, useLocation, useSearch, useSearchParams } from "wouter";
import { emailPath, home, whenSessionChanges } from "./data/client";
import { meQuery, sessionChanged } from "./data/session";
import { AccountPages } from "./layout/account-pages";
import { Alone } from "./layout/alone";
import { Home } from "./layout/home";
import { LookingBanner } from "./layout/looking-banner";
import { OfflineNotice } from "./layout/offline-notice";
import { OrganizationPages } from "./layout/organization-pages";
import { Shortcuts } from "./layout/shortcuts";
import { FirstOrganization } from "./pages/first-organization";
import { NotFound } from "./pages/not-found";
import { Failure } from "./ui/failure";
import { IdentityDialog } from "./ui/identity-dialog";
import { lazy } from "./ui/lazy";

const Authorize = lazy(() => import("./pages/apps/authorize"), null);
const Device = lazy(() => import("./pages/apps/device"), null);
const AdminPages = lazy(() => import("./layout/admin-pages"), null);
const EmailPage = lazy(() => import("./pages/emailed/email-page"), null);
const SignIn = lazy(() => import("./pages/sign-in/sign-in"), null);
const SignedInTab = lazy(() => import("./pages/sign-in/signed-in-tab"), null);
const SetUp = lazy(() => import("./pages/setup"), null);
const SignUp = lazy(() => import("./pages/sign-in/sign-up"), null);
const ForgotPassword = lazy(() => import("./pages/sign-in/forgot-password"), null);

whenSessionChanges(sessionChanged);

/** The dashboard: pages for people who are signed in, and those that lead there. Emails lead to pages of their own. */
export const App = () => (
  <Router base={home}>
    <LookingBanner />
    <OfflineNotice />
    {emailPath ? <EmailPage /> : <Session />}
  </Router>
);

function Session() {
  const me = useQuery(meQuery);
  if (me.data === undefined) {
    return me.error ? (
      <Alone>
        <Failure error={me.error} retry={() => void me.refetch()} />
      </Alone>
    ) : null;
  }
  // What was typed for one user is never sent for another.
  return me.data ? <SignedIn key={me.data.id} /> : <SignedOut />;
}

const SignedOut = () => (
  <Switch>
    <Route path="/sign-in">
      <SignIn />
    </Route>
    <Route path="/sign-up">
      <SignUp />
    </Route>
    <Route path="/setup">
      <SetUp />
    </Route>
    <Route path="/forgot-password">
      <ForgotPassword />
    </Route>
    <Route>
      <ToSignIn />
    </Route>
  </Switch>
);

/** Remembers the page that was asked for. */
function ToSignIn() {
  const [path] = useLocation();
  const query = useSearch();
  const next = query === "" ? path : `${path}?${query}`;
  return <Redirect to={next === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(next)}`} replace />;
}

const SignedIn = () => (
  <>
    <Pages />
    <IdentityDialog />
    <Shortcuts />
  </>
);

const Pages = () => (
  <Switch>
    <Route path="/">
      <Home />
    </Route>
    <Route path="/sign-in">
      <Onward />
    </Route>
    <Route path="/sign-up">
      <Onward />
    </Route>
    <Route path="/signed-in">
      <SignedInTab />
    </Route>
    <Route path="/setup">
      <SetUp />
    </Route>
    <Route path="/account" nest>
      <AccountPages />
    </Route>
    <Route path="/admin" nest>
      <AdminPages />
    </Route>
    <Route path="/authorize">
      <Authorize />
    </Route>
    <Route path="/device">
      <Device />
    </Route>
    <Route path="/new-organization">
      <Alone>
        <FirstOrganization />
      </Alone>
    </Route>
    <Route path="/o/:slug" nest>
      {({ slug }) => <OrganizationPages slug={slug} />}
    </Route>
    <Route>
      <Alone>
        <NotFound />
      </Alone>
    </Route>
  </Switch>
);

/** To the page that was asked for before signing in. Only paths of the dashboard: they start with one slash. */
function Onward() {
  const [search] = useSearchParams();
  const next = search.get("next") ?? "/";
  return <Redirect to={/^\/(?![/\\])/.test(next) ? next : "/"} replace />;
}
