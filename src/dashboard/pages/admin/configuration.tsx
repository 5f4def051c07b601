import { useConfiguration } from "../../data/admin";
import { text, translate } from "../../text";
import { Badge } from "../../ui/badge";
import { Loading } from "../../ui/loading";
import { PageHead } from "../../ui/page";
import { Section } from "../../ui/section";
import { Table } from "../../ui/table";

const words = text.admin;

/** The variables in force. A secret is never among them. */
export default function Configuration() {
  return (
    <>
      <PageHead title={words.nav.configuration} about={words.configurationAbout} />
      <Loading query={useConfiguration()} lines={12}>
        {({ data }) => (
          <div className="stack same-columns">
            {[...Map.groupBy(data.map(translate.variable), ({ group }) => group)].map(([group, variables]) => (
              <Section key={group} title={group}>
                <Table
                  caption={group}
                  rows={variables}
                  keyOf={({ name }) => name}
                  columns={[
                    {
                      label: words.variable,
                      kind: "title",
                      cell: ({ name, doc }) => (
                        <span className="main">
                          <code>{name}</code>
                          <span className="muted small">{doc}</span>
                        </span>
                      ),
                    },
                    {
                      label: words.value,
                      cell: ({ value, isSet, isSecret, otherwise }) => (
                        <span className="row">
                          {isSecret ? (
                            <span className="muted">{isSet ? words.secretSet : (otherwise ?? words.notSet)}</span>
                          ) : value === null || value === "" ? (
                            <span className="muted">{otherwise ?? words.notSet}</span>
                          ) : (
                            <code>{value}</code>
                          )}
                          {!isSet && <Badge>{words.isDefault}</Badge>}
                        </span>
                      ),
                    },
                  ]}
                />
              </Section>
            ))}
          </div>
        )}
      </Loading>
    </>
  );
}
