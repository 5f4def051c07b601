import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { home } from "../data/client";
import { meQuery, signOut } from "../data/session";
import { follow, language, speak, text } from "../text";
import { languageNames, languages } from "../text/languages";
import { Avatar } from "../ui/avatar";
import { Icon } from "../ui/icon";
import { Menu, MenuAct, MenuChoice, MenuGroup, MenuLine, MenuLink } from "../ui/menu";

type Theme = keyof typeof text.common.themes;
const themes: [Theme, "monitor" | "sun" | "moon"][] = [
  ["system", "monitor"],
  ["light", "sun"],
  ["dark", "moon"],
];

/** The person: their account, the colors they like, the way out. */
export function AccountMenu() {
  const { data: me } = useQuery(meQuery);
  const [theme, setTheme] = useState<Theme>((localStorage.getItem("bask.theme") as Theme | null) ?? "system");
  useEffect(() => follow(me?.preferences.language ?? null), [me]);
  if (!me) return null;
  const choose = (next: Theme) => {
    setTheme(next);
    localStorage.setItem("bask.theme", next);
    document.documentElement.dataset.theme = next;
  };
  return (
    <Menu
      align="start"
      label={text.common.account}
      button={{
        className: "switcher",
        children: (
          <>
            <Avatar name={me.fullName} round />
            <span>
              <span className="visually-hidden">{text.common.account}</span>
              <span className="ellipsis">{me.fullName}</span>
              <span className="muted small ellipsis">{me.email}</span>
            </span>
            <Icon name="chevrons-up-down" />
          </>
        ),
      }}
    >
      <MenuLink to={`~${home}/account`} icon="user">
        {text.common.account}
      </MenuLink>
      {me.isOperator && (
        <MenuLink to={`~${home}/admin`} icon="server">
          {text.admin.title}
        </MenuLink>
      )}
      <MenuLine />
      <MenuGroup label={text.common.theme}>
        {themes.map(([name, icon]) => (
          <MenuChoice key={name} icon={icon} chosen={theme === name} act={() => choose(name)}>
            {text.common.themes[name]}
          </MenuChoice>
        ))}
      </MenuGroup>
      <MenuGroup label={text.common.language}>
        {languages.map((name) => (
          <MenuChoice key={name} icon="globe" chosen={language === name} act={() => speak(name)}>
            {languageNames[name]}
          </MenuChoice>
        ))}
      </MenuGroup>
      <MenuLine />
      <MenuAct icon="log-out" act={() => void signOut()}>
        {text.common.signOut}
      </MenuAct>
    </Menu>
  );
}
