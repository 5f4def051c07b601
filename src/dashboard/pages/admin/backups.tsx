import type { System } from "../../data/admin";
import { refreshed } from "../../data/changes";
import { bytes, number } from "../../data/time";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { CopyAs } from "../../ui/copy-as";
import { Failure } from "../../ui/failure";
import { useAct } from "../../ui/form";
import { Facts, Section } from "../../ui/section";
import { Table } from "../../ui/table";
import { Time } from "../../ui/time";
import { say } from "../../ui/toast";

const words = text.admin;

/** The backups there are, how they come to be, and one more at once. */
export function Backups({ of: { backups, jobs } }: { of: System }) {
  const form = useAct(
    {},
    (bask) => bask.admin.system.backUp(),
    async ({ file }) => {
      if (file) say(words.backedUp);
      await refreshed();
    },
  );
  if (!backups) {
    return (
      <Section title={words.backups}>
        <p className="callout" data-tone="warn">
          {words.backupsOff}
        </p>
      </Section>
    );
  }
  const { folder, everySeconds, keep, files, isUnderWay } = backups;
  const latest = files[0];
  const startedAt = jobs.find(({ name }) => name === "bask backup")?.startedAt;
  return (
    <Section
      title={words.backups}
      about={words.backupsAbout}
      action={
        <Button icon="archive" busy={form.busy || isUnderWay} onClick={() => void form.submit()}>
          {words.backUp}
        </Button>
      }
    >
      {form.failure !== undefined && <Failure error={form.failure} />}
      {isUnderWay && <p className="callout">{words.backupUnderWay}</p>}
      <Facts
        of={[
          [words.latestBackup, latest ? <Time key="latest" at={latest.createdAt} /> : words.noBackups],
          [words.schedule, words.everyHours(number(everySeconds / 3_600), number(keep))],
          [words.nextBackup, startedAt ? <Time key="next" at={dueAfter(startedAt, everySeconds)} /> : words.soon],
          [words.folder, <code key="folder">{folder}</code>],
        ]}
      />
      {latest && (
        <Table
          caption={words.backups}
          rows={files}
          keyOf={({ name }) => name}
          columns={[
            { label: words.file, kind: "title", cell: ({ name }) => <code>{name}</code> },
            { label: words.size, kind: "number", cell: (file) => bytes(file.bytes) },
            { label: words.created, cell: ({ createdAt }) => <Time at={createdAt} /> },
          ]}
        />
      )}
      <CopyAs act={form.act} />
    </Section>
  );
}

const dueAfter = (startedAt: string, everySeconds: number) =>
  new Date(Date.parse(startedAt) + everySeconds * 1000).toISOString();
