import { type ReactNode, useEffect, useState } from "react";
import { Link, useLocation } from "wouter";
import { product } from "../data/client";
import { useMay } from "../data/organization";
import { text } from "../text";
import { IconButton } from "../ui/button";
import { Icon } from "../ui/icon";
import { AccountMenu } from "./account-menu";
import { navigation } from "./navigation";
import { OrganizationSwitcher } from "./organization-switcher";

/** The frame of an organization's pages: the sidebar, which on a phone opens over them, and the page. */
export function Shell({ children }: { children: ReactNode }) {
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
          <OrganizationSwitcher />
          <Navigation />
          <AccountMenu />
        </aside>
        <main className="content" id="content" tabIndex={-1}>
          {children}
        </main>
      </div>
    </>
  );
}

function Navigation() {
  const [path] = useLocation();
  const may = useMay();
  return (
    <nav aria-label={text.organization.nav.manage}>
      {navigation.map(({ title, links }) => {
        const allowed = links.filter(({ needs }) => may(needs));
        return (
          allowed.length > 0 && (
            <div className="nav-group" key={title}>
              <h2>{title}</h2>
              {allowed.map(({ to, label, icon }) => (
                <Link
                  key={to}
                  to={to}
                  className="nav-link"
                  aria-current={path === to || path.startsWith(`${to}/`) ? "page" : undefined}
                >
                  <Icon name={icon} />
                  {label}
                </Link>
              ))}
            </div>
          )
        );
      })}
    </nav>
  );
}
