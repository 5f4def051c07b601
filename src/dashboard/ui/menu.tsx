import {
  type ComponentProps,
  createContext,
  type KeyboardEvent,
  type ReactNode,
  useContext,
  useId,
  useRef,
  useState,
} from "react";
import { useLocation } from "wouter";
import { Icon } from "./icon";
import type { IconName } from "./icons";

const Close = createContext(() => {});

/**
 * Acts behind a button, in the browser's own popover: a click elsewhere and Escape close it. Arrow keys, Home, End and first letters move
 * between its items, as people know from menus (WAI-ARIA Authoring Practices, menu button). Its items are there while it is open.
 */
export function Menu({
  button,
  label,
  align = "end",
  children,
}: {
  /** The button: what is drawn of it, its name. */
  button: Omit<ComponentProps<"button">, "popoverTarget">;
  /** The name of the menu. */
  label: string;
  align?: "start" | "end";
  children: ReactNode;
}) {
  const id = useId();
  const opener = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  const items = () => [...menu.current!.querySelectorAll<HTMLElement>('[role^="menuitem"]')];
  const close = () => menu.current?.hidePopover();

  function onToggle(isOpen: boolean) {
    opener.current!.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) return;
    place(menu.current!, opener.current!, align);
    items()[0]?.focus();
  }

  function onKeyDown(event: KeyboardEvent) {
    const all = items();
    const here = all.indexOf(document.activeElement as HTMLElement);
    const next = {
      ArrowDown: all[(here + 1) % all.length],
      ArrowUp: all.at(here - 1),
      Home: all[0],
      End: all.at(-1),
    }[event.key];
    const startsWith = (item: HTMLElement) => item.textContent?.toLowerCase().startsWith(event.key.toLowerCase());
    const target = next ?? (/^\S$/.test(event.key) ? [...all.slice(here + 1), ...all].find(startsWith) : undefined);
    if (event.key === "Tab") close();
    if (!target) return;
    event.preventDefault();
    target.focus();
  }

  return (
    <>
      <button type="button" {...button} ref={opener} aria-haspopup="menu" aria-expanded="false" popoverTarget={id} />
      <div
        ref={menu}
        id={id}
        role="menu"
        aria-label={label}
        popover="auto"
        className="menu"
        tabIndex={-1}
        onKeyDown={onKeyDown}
        onBeforeToggle={(event) => setOpen(event.newState === "open")}
        onToggle={(event) => onToggle(event.newState === "open")}
      >
        <Close.Provider value={close}>{isOpen && children}</Close.Provider>
      </div>
    </>
  );
}

/** Below the button, or above it where there is more room. */
function place(menu: HTMLElement, opener: HTMLElement, align: "start" | "end") {
  const button = opener.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const left = align === "start" ? button.left : button.right - width;
  const below = button.bottom + 4;
  const fits = below + height <= innerHeight - 8;
  menu.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  menu.style.top = `${fits ? below : Math.max(8, button.top - height - 4)}px`;
}

interface Item {
  icon?: IconName;
  children: ReactNode;
}

export function MenuAct({ icon, danger, act, children }: Item & { danger?: boolean; act: () => void | Promise<void> }) {
  const close = useContext(Close);
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      className="menu-item"
      data-tone={danger ? "danger" : undefined}
      onClick={() => {
        close();
        void act();
      }}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

export function MenuLink({ icon, to, current, children }: Item & { to: string; current?: boolean }) {
  const [, go] = useLocation();
  return (
    <MenuAct {...(icon && { icon })} act={() => go(to)}>
      {children}
      {current && <Icon name="check" />}
    </MenuAct>
  );
}

/** One of several of which one is chosen. */
export function MenuChoice({
  icon,
  chosen,
  act,
  children,
}: Item & { chosen: boolean; act: () => void | Promise<void> }) {
  const close = useContext(Close);
  return (
    <button
      type="button"
      role="menuitemradio"
      aria-checked={chosen}
      tabIndex={-1}
      className="menu-item"
      onClick={() => {
        close();
        void act();
      }}
    >
      {icon && <Icon name={icon} />}
      {children}
      {chosen && <Icon name="check" />}
    </button>
  );
}

export const MenuLine = () => <hr className="menu-line" />;

export function MenuGroup({ label, children }: { label: string; children: ReactNode }) {
  const id = useId();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a menu
    <div role="group" aria-labelledby={id}>
      <p className="menu-label" id={id}>
        {label}
      </p>
      {children}
    </div>
  );
}
