import { useState } from "react";
import { useMay, useOrganization } from "../../data/organization";
import { type Role, useRoles } from "../../data/team";
import { text } from "../../text";
import { Badge } from "../../ui/badge";
import { Button, iconButton } from "../../ui/button";
import { Confirm } from "../../ui/confirm";
import { Loading } from "../../ui/loading";
import { Menu, MenuAct } from "../../ui/menu";
import { PageHead } from "../../ui/page";
import { Table } from "../../ui/table";
import { say } from "../../ui/toast";
import { EditRole } from "./edit-role";
import { RoleMatrix } from "./role-matrix";

const words = text.team;

/** The roles of the organization, and what each allows. */
export default function Roles() {
  const may = useMay();
  const [editing, setEditing] = useState<Role | "new">();
  return (
    <>
      <PageHead
        title={words.rolesTitle}
        about={words.rolesAbout}
        action={
          may("roles:create") && (
            <Button kind="primary" icon="plus" onClick={() => setEditing("new")}>
              {words.createRole}
            </Button>
          )
        }
      />
      <Loading query={useRoles()} lines={6}>
        {({ data }) => (
          <>
            <Table
              caption={words.rolesTitle}
              rows={data}
              keyOf={({ name }) => name}
              columns={[
                {
                  label: words.roleName,
                  kind: "title",
                  cell: ({ name, description }) => (
                    <span className="main">
                      <strong>{name}</strong>
                      {description && <span className="muted small">{description}</span>}
                    </span>
                  ),
                },
                { label: words.permissions, kind: "number", cell: ({ permissions }) => permissions.length },
                {
                  label: words.kind,
                  cell: ({ builtIn }) => (
                    <Badge tone={builtIn ? "neutral" : "accent"}>{builtIn ? words.builtIn : words.custom}</Badge>
                  ),
                },
                {
                  label: text.common.actions,
                  kind: "actions",
                  cell: (role) => !role.builtIn && <RoleMenu of={role} edit={() => setEditing(role)} />,
                },
              ]}
            />
            <RoleMatrix roles={data} />
          </>
        )}
      </Loading>
      {editing && <EditRole of={editing === "new" ? undefined : editing} onClose={() => setEditing(undefined)} />}
    </>
  );
}

function RoleMenu({ of: { name }, edit }: { of: Role; edit: () => void }) {
  const { id } = useOrganization();
  const may = useMay();
  const [deleting, setDeleting] = useState(false);
  if (!may("roles:update") && !may("roles:delete")) return null;
  return (
    <>
      <Menu label={words.actionsOf(name)} button={iconButton("ellipsis", words.actionsOf(name))}>
        {may("roles:update") && (
          <MenuAct icon="pencil" act={edit}>
            {words.editRole}
          </MenuAct>
        )}
        {may("roles:delete") && (
          <MenuAct icon="trash" danger act={() => setDeleting(true)}>
            {words.deleteRole}
          </MenuAct>
        )}
      </Menu>
      {deleting && (
        <Confirm
          title={words.deleteRoleTitle(name)}
          about={words.deleteRoleAbout}
          action={words.deleteRole}
          run={(bask) => bask.roles.delete(id, name)}
          done={() => {
            setDeleting(false);
            say(words.roleDeleted);
          }}
          onClose={() => setDeleting(false)}
        />
      )}
    </>
  );
}
