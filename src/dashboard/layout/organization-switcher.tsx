import { home } from "../data/client";
import { useOrganization, useOrganizations } from "../data/organization";
import { text } from "../text";
import { Avatar } from "../ui/avatar";
import { Icon } from "../ui/icon";
import { Menu, MenuGroup, MenuLine, MenuLink } from "../ui/menu";

/** Which organization is shown, and the way to another. */
export function OrganizationSwitcher() {
  const current = useOrganization();
  const { data: organizations = [] } = useOrganizations();
  return (
    <Menu
      align="start"
      label={text.organization.switch}
      button={{
        className: "switcher",
        children: (
          <>
            <Avatar name={current.name} />
            <span>
              <span className="visually-hidden">{text.organization.switch}</span>
              <span className="ellipsis">{current.name}</span>
              <span className="muted small">{current.role}</span>
            </span>
            <Icon name="chevrons-up-down" />
          </>
        ),
      }}
    >
      <MenuGroup label={text.organization.organizations}>
        {organizations.map(({ id, slug, name }) => (
          <MenuLink key={id} to={`~${home}/o/${slug}/keys`} current={id === current.id}>
            <Avatar name={name} />
            <span className="ellipsis">{name}</span>
          </MenuLink>
        ))}
      </MenuGroup>
      <MenuLine />
      <MenuLink to={`~${home}/new-organization`} icon="plus">
        {text.organization.create}
      </MenuLink>
    </Menu>
  );
}
