import { useState } from "react";
import { adminChanged, type System } from "../../data/admin";
import { bask } from "../../data/client";
import { bytes, number } from "../../data/time";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { Failure } from "../../ui/failure";
import { Facts, Section } from "../../ui/section";
import { Table } from "../../ui/table";
import { Time } from "../../ui/time";
import { say } from "../../ui/toast";

const words = text.admin;

/** The backups there are, how they come to be, and one more at once. */
export function Backups({ of: { backups, jobs } }: { of: System }) {
  const [isAsking, setAsking] = useState(false);
  const [failure, setFailure] = useState<unknown>();
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
  async function backUp() {
    setAsking(true);
    setFailure(undefined);
    try {
      const { file } = await bask.admin.system.backUp();
      if (file) say(words.backedUp);
    } catch (error) {
      setFailure(error);
    }
    await adminChanged();
    setAsking(false);
  }
  return (
    <Section
      title={words.backups}
      about={words.backupsAbout}
      action={
        <Button icon="archive" busy={isAsking || isUnderWay} onClick={() => void backUp()}>
          {words.backUp}
        </Button>
      }
    >
      {failure !== undefined && <Failure error={failure} />}
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
    </Section>
  );
}

const dueAfter = (startedAt: string, everySeconds: number) =>
  new Date(Date.parse(startedAt) + everySeconds * 1000).toISOString();
