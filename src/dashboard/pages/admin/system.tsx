import { type System as SystemState, useChecks, useSystem } from "../../data/admin";
import { duration } from "../../data/time";
import { text, translate } from "../../text";
import { Badge, type Tone } from "../../ui/badge";
import { Button } from "../../ui/button";
import { Code } from "../../ui/copy";
import { Loading } from "../../ui/loading";
import { PageHead } from "../../ui/page";
import { Facts, Section } from "../../ui/section";
import { Table } from "../../ui/table";
import { Time } from "../../ui/time";
import { Backups } from "./backups";

const words = text.admin;

/** What runs, and what is wrong with it. */
export default function System() {
  return (
    <>
      <PageHead title={words.nav.system} about={words.systemAbout} />
      <Health />
      <Loading query={useSystem()} lines={8}>
        {(system) => (
          <>
            <Versions of={system} />
            <Processes of={system} />
            <Jobs of={system} />
            <Backups of={system} />
          </>
        )}
      </Loading>
    </>
  );
}

const tones: Record<"ok" | "warning" | "error", Tone> = { ok: "good", warning: "warn", error: "danger" };
const rank = { error: 0, warning: 1, ok: 2 };

function Health() {
  const query = useChecks();
  return (
    <Section
      title={words.checks}
      about={words.checksAbout}
      action={
        <Button icon="refresh-cw" busy={query.isFetching} onClick={() => void query.refetch()}>
          {words.runChecks}
        </Button>
      }
    >
      <Loading query={query}>
        {({ data }) => (
          <ul className="plain-list findings">
            {data
              .toSorted((a, b) => rank[a.severity] - rank[b.severity])
              .map((found) => translate.finding(found))
              .map(({ check, severity, what, why, fix }) => (
                <li key={what}>
                  <Badge tone={tones[severity]}>{words.severities[severity]}</Badge>
                  <div>
                    <p>
                      <span className="visually-hidden">{check}: </span>
                      {what}
                    </p>
                    {why && <p className="muted">{why}</p>}
                    {fix && <Code value={fix} />}
                  </div>
                </li>
              ))}
          </ul>
        )}
      </Loading>
    </Section>
  );
}

const Versions = ({ of: { version, runtime, database } }: { of: SystemState }) => (
  <Section title={words.versions}>
    <Facts
      of={[
        [words.version, version],
        [words.runtime, runtime],
        [words.database, words.databases[database]],
      ]}
    />
  </Section>
);

const Processes = ({ of: { processes } }: { of: SystemState }) => (
  <Section title={words.processes}>
    <Table
      caption={words.processes}
      rows={processes}
      keyOf={({ id }) => id}
      columns={[
        { label: words.process, kind: "title", cell: ({ id }) => <code>{id}</code> },
        { label: words.version, cell: (process) => process.version },
        { label: words.started, cell: ({ startedAt }) => <Time at={startedAt} /> },
        { label: words.seen, cell: ({ seenAt }) => <Time at={seenAt} /> },
      ]}
    />
  </Section>
);

const Jobs = ({ of: { jobs } }: { of: SystemState }) => (
  <Section title={words.jobs}>
    {jobs.length === 0 ? (
      <p className="muted">{words.noJobs}</p>
    ) : (
      <Table
        caption={words.jobs}
        rows={jobs}
        keyOf={({ name }) => name}
        columns={[
          { label: words.job, kind: "title", cell: ({ name }) => words.jobNames[name] ?? name },
          { label: words.every, cell: ({ everySeconds }) => duration(everySeconds) },
          { label: words.lastRun, cell: ({ startedAt }) => <Time at={startedAt} /> },
        ]}
      />
    )}
  </Section>
);
