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
    links: [{ to: "/keys", label: nav.keys, icon: "key-round", needs: "api-keys:read" }],
  },
];
