import { mcpUrl } from "../data/client";
import { text } from "../text";
import type { IconName } from "../ui/icons";

interface NavigationLink {
  to: string;
  label: string;
  icon: IconName;
  /** The permission that the page needs; without it, it is not shown. */
  needs: string;
}

const { nav } = text.organization;

/** The pages of an organization, as the sidebar shows them. */
export const navigation: readonly { title: string; links: readonly NavigationLink[] }[] = [
  {
    title: nav.build,
    links: [
      { to: "/keys", label: nav.keys, icon: "key-round", needs: "api-keys:read" },
      { to: "/webhooks", label: nav.webhooks, icon: "webhook", needs: "webhooks:read" },
      { to: "/apps", label: text.organizationApps.nav, icon: "globe", needs: "organization:update" },
      ...(mcpUrl ? [{ to: "/mcp", label: nav.mcp, icon: "plug", needs: "api-keys:read" } as const] : []),
    ],
  },
  {
    title: nav.team,
    links: [
      { to: "/members", label: nav.members, icon: "users", needs: "members:read" },
      { to: "/roles", label: nav.roles, icon: "shield", needs: "roles:read" },
      { to: "/tokens", label: nav.tokens, icon: "key-round", needs: "personal-tokens:read" },
    ],
  },
  {
    title: nav.manage,
    links: [
      { to: "/plan", label: nav.plan, icon: "gauge", needs: "usage:read" },
      { to: "/audit-log", label: nav.audit, icon: "list", needs: "audit-logs:read" },
      { to: "/policy", label: nav.policy, icon: "shield-check", needs: "organization:update" },
      { to: "/settings", label: nav.settings, icon: "settings", needs: "organization:read" },
    ],
  },
];
