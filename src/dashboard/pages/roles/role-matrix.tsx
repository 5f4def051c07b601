import type { Role } from "../../data/team";
import { text } from "../../text";
import { Icon } from "../../ui/icon";
import { Scroll } from "../../ui/scroll";
import { Section } from "../../ui/section";

const words = text.team;

/** Every permission beside every role. */
export function RoleMatrix({ roles }: { roles: Role[] }) {
  // The owner may do everything there is.
  const permissions = roles.find(({ name }) => name === "owner")?.permissions ?? [];
  return (
    <Section title={words.permissions}>
      <Scroll label={words.permissions}>
        <table className="table matrix" data-wide>
          <caption className="visually-hidden">{words.permissions}</caption>
          <thead>
            <tr>
              <th scope="col">{words.permissionOf}</th>
              {roles.map(({ name }) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {permissions.map((permission) => (
              <tr key={permission}>
                <th scope="row">
                  <code>{permission}</code>
                </th>
                {roles.map(({ name, permissions }) => (
                  <td key={name}>
                    {allows(permissions, permission) ? (
                      <>
                        <Icon name="check" />
                        <span className="visually-hidden">{words.allowed}</span>
                      </>
                    ) : (
                      <span className="visually-hidden">{words.notAllowed}</span>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Section>
  );
}

/** Whether grants, which may hold `*` and `resource:*`, allow a permission. */
const allows = (grants: string[], permission: string) =>
  grants.includes("*") || grants.includes(permission) || grants.includes(`${permission.split(":")[0]}:*`);
