import { type ReactNode, useEffect, useState } from "react";
import { Link, useLocation } from "wouter";
import { product } from "../data/client";
import { text } from "../text";
import { IconButton } from "../ui/button";
import { Icon } from "../ui/icon";
import type { IconName } from "../ui/icons";
import { AccountMenu } from "./account-menu";

export interface NavigationGroup {
  title?: string;
  /** `outside` leads to a page that is not the dashboard's. */
  links: readonly { to: string; label: string; icon: IconName; outside?: boolean }[];
}

/** The frame of pages that belong together: the sidebar, which on a phone opens over them, and the page. */
export function Shell({
  top,
  navigation,
  children,
}: {
  /** What stands above the links. */
  top: ReactNode;
  navigation: readonly NavigationGroup[];
  children: ReactNode;
}) {
  const [path] = useLocation();
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [path]);
  useEffect(() => {
    const close = ({ key }: KeyboardEvent) => key === "Escape" && setOpen(false);
    addEventListener("keydown", close);
    return () => removeEventListener("keydown", close);
  }, []);
  return (
    <>
      <a className="skip" href="#content">
        {text.common.skip}
      </a>
      <div className="shell">
        <header className="topbar">
          <IconButton
            icon="menu"
            label={text.common.openMenu}
            aria-expanded={open}
            aria-controls="sidebar"
            onClick={() => setOpen(true)}
          />
          <strong>{product}</strong>
        </header>
        {open && (
          <button
            type="button"
            className="overlay"
            aria-label={text.common.closeMenu}
            tabIndex={-1}
            onClick={() => setOpen(false)}
          />
        )}
        <aside id="sidebar" className="sidebar" data-open={open || undefined}>
          {top}
          <nav aria-label={text.common.pages}>
            {navigation.map((group) => (
              <Group key={group.links[0]?.to} {...group} />
            ))}
          </nav>
          <AccountMenu />
        </aside>
        <main className="content" id="content" tabIndex={-1}>
          {children}
        </main>
      </div>
    </>
  );
}

function Group({ title, links }: NavigationGroup) {
  const [path] = useLocation();
  return (
    <div className="nav-group">
      {title && <h2>{title}</h2>}
      {links.map(({ to, label, icon, outside }) =>
        outside ? (
          <a key={to} href={to} className="nav-link">
            <Icon name={icon} />
            {label}
          </a>
        ) : (
          <Link
            key={to}
            to={to}
            className="nav-link"
            aria-current={path === to || (to !== "/" && path.startsWith(`${to}/`)) ? "page" : undefined}
          >
            <Icon name={icon} />
            {label}
          </Link>
        ),
      )}
    </div>
  );
}
