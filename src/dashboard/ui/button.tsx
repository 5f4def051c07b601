import type { ComponentProps, ReactNode } from "react";
import { Link } from "wouter";
import { Icon } from "./icon";
import type { IconName } from "./icons";

interface Look {
  kind?: "primary" | "danger" | "quiet";
  icon?: IconName;
  wide?: boolean;
}

/** A button; `busy` while what it started is under way. */
export function Button({
  kind,
  icon,
  wide,
  busy,
  children,
  disabled,
  ...rest
}: Look & { busy?: boolean } & ComponentProps<"button">) {
  return (
    <button
      type="button"
      {...rest}
      className="button"
      data-kind={kind}
      data-wide={wide || undefined}
      data-busy={busy || undefined}
      aria-busy={busy || undefined}
      disabled={disabled || busy}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** A button that shows only a picture; `label` is its name. */
export const iconButton = (icon: IconName, label: string) => ({
  "aria-label": label,
  title: label,
  className: "button",
  "data-kind": "quiet",
  "data-square": true,
  children: <Icon name={icon} />,
});

/** A button that shows only a picture; `label` is its name. */
export const IconButton = ({ icon, label, ...rest }: { icon: IconName; label: string } & ComponentProps<"button">) => (
  <button type="button" {...rest} {...iconButton(icon, label)} />
);

/** A link to another page that looks like a button. */
export function LinkButton({ to, kind, icon, wide, children }: Look & { to: string; children: ReactNode }) {
  return (
    <Link to={to} className="button" data-kind={kind} data-wide={wide || undefined}>
      {icon && <Icon name={icon} />}
      {children}
    </Link>
  );
}
