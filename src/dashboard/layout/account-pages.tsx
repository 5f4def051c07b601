import { Link, Route, Switch } from "wouter";
import { home } from "../data/client";
import { NotFound } from "../pages/not-found";
import { text } from "../text";
import { Icon } from "../ui/icon";
import { lazy } from "../ui/lazy";
import { type NavigationGroup, Shell } from "./shell";

const Profile = lazy(() => import("../pages/account/profile"));
const Security = lazy(() => import("../pages/account/security"));
const Tokens = lazy(() => import("../pages/account/tokens"));
const Sessions = lazy(() => import("../pages/account/sessions"));
const Activity = lazy(() => import("../pages/account/activity"));
const ConnectedApps = lazy(() => import("../pages/account/connected-apps"));
const Invitations = lazy(() => import("../pages/account/my-invitations"));

const { nav } = text.account;
const navigation: readonly NavigationGroup[] = [
  {
    title: text.common.account,
    links: [
      { to: "/", label: nav.profile, icon: "user" },
      { to: "/security", label: nav.security, icon: "shield" },
      { to: "/tokens", label: nav.tokens, icon: "key-round" },
      { to: "/sessions", label: nav.sessions, icon: "laptop" },
      { to: "/connected-apps", label: text.apps.connected, icon: "plug" },
      { to: "/invitations", label: nav.invitations, icon: "mail" },
      { to: "/activity", label: nav.activity, icon: "activity" },
    ],
  },
];

/** The pages of the signed-in user's own account, below `/account`. */
export const AccountPages = () => (
  <Shell
    navigation={navigation}
    top={
      <Link to={`~${home}`} className="nav-link">
        <Icon name="arrow-left" />
        {text.account.back}
      </Link>
    }
  >
    <Switch>
      <Route path="/">
        <Profile />
      </Route>
      <Route path="/security">
        <Security />
      </Route>
      <Route path="/tokens">
        <Tokens />
      </Route>
      <Route path="/sessions">
        <Sessions />
      </Route>
      <Route path="/connected-apps">
        <ConnectedApps />
      </Route>
      <Route path="/activity">
        <Activity />
      </Route>
      <Route path="/invitations">
        <Invitations />
      </Route>
      <Route>
        <NotFound />
      </Route>
    </Switch>
  </Shell>
);
