import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import { Link, useSearchParams } from "wouter";
import { apiUrl } from "../../data/client";
import { type ApiKey, type Hours, type KeyFilter, useKeys, useMemberNames, useUsageOfKeys } from "../../data/keys";
import { useMay, useOrganization } from "../../data/organization";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { Code } from "../../ui/copy";
import { Empty } from "../../ui/empty";
import { List } from "../../ui/list";
import { PageHead } from "../../ui/page";
import { SparkLine } from "../../ui/spark-line";
import type { Column } from "../../ui/table";
import { Time } from "../../ui/time";
import { CreateKey } from "./create-key";
import { KeyMenu } from "./key-menu";
import { KeyStatus, ScopeSummary } from "./key-status";

const words = text.keys;

/** All keys of the organization; the filter is in the address, so that it can be shared and survives a reload. */
export default function Keys() {
  const [search, setSearch] = useSearchParams();
  const filter: KeyFilter = {
    environment: (search.get("environment") as "live" | "test" | null) ?? undefined,
    status: (search.get("status") as ApiKey["status"] | null) ?? undefined,
    search: search.get("search") || undefined,
  };
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  const set = (name: keyof KeyFilter, value: string) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        if (value) next.set(name, value);
        else next.delete(name);
        return next;
      },
      { replace: true },
    );

  const may = useMay();
  const query = useKeys(filter);
  const [creating, setCreating] = useState(false);
  const create = may("api-keys:create") && (
    <Button kind="primary" icon="plus" onClick={() => setCreating(true)}>
      {words.create}
    </Button>
  );
  return (
    <>
      <PageHead title={words.title} about={words.about} action={create} />
      <div className="filters">
        <input
          className="input"
          type="search"
          aria-label={text.common.search}
          placeholder={text.common.search}
          defaultValue={filter.search}
          onChange={(event) => set("search", event.target.value.trim())}
        />
        <select
          className="input"
          aria-label={words.environment}
          value={filter.environment ?? ""}
          onChange={(event) => set("environment", event.target.value)}
        >
          <option value="">{words.allEnvironments}</option>
          {Object.entries(words.environments).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
        <select
          className="input"
          aria-label={words.status}
          value={filter.status ?? ""}
          onChange={(event) => set("status", event.target.value)}
        >
          <option value="">{words.anyStatus}</option>
          {Object.entries(words.statuses).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </div>
      <Usage.Provider value={useUsageOfKeys((query.data ?? []).map(({ id }) => id))}>
        <List
          query={query}
          caption={words.list}
          columns={useColumns(query.data ?? [])}
          keyOf={({ id }) => id}
          empty={isFiltered ? words.noneFound : <NoKeys create={create} />}
        />
      </Usage.Provider>
      {creating && <CreateKey onClose={() => setCreating(false)} />}
    </>
  );
}

/** Read by each cell on its own, so that an answer draws these cells and not a thousand rows. */
const Usage = createContext<ReadonlyMap<string, Hours>>(new Map());

function Requests({ of: key }: { of: string }) {
  const hours = useContext(Usage).get(key);
  if (!hours) return <span className="spark" />;
  return <SparkLine counts={hours.requests} total={hours.total} label={words.requestsOfDay} />;
}

function useColumns(keys: readonly ApiKey[]): Column<ApiKey>[] {
  const nameOf = useMemberNames(keys.map(({ createdBy }) => createdBy));
  const may = useMay();
  return useMemo(
    () => [
      {
        label: words.name,
        kind: "title",
        cell: (key) => (
          <span className="main">
            <Link to={`/keys/${key.id}`}>{key.name}</Link>
            <code className="muted small">{key.prefix}…</code>
          </span>
        ),
      },
      { label: words.scopes, cell: ({ scopes }) => <ScopeSummary scopes={scopes} /> },
      { label: words.createdBy, cell: ({ createdBy }) => nameOf(createdBy) },
      { label: words.lastUsed, cell: ({ lastUsedAt }) => <Time at={lastUsedAt} /> },
      ...(may("usage:read") ? [{ label: words.requests, cell: ({ id }: ApiKey) => <Requests of={id} /> }] : []),
      { label: words.expires, cell: ({ expiresAt }) => <Time at={expiresAt} /> },
      { label: words.status, cell: (key) => <KeyStatus of={key} /> },
      { label: text.common.actions, kind: "actions", cell: (key) => <KeyMenu of={key} /> },
    ],
    [nameOf, may],
  );
}

function NoKeys({ create }: { create: ReactNode }) {
  const { id } = useOrganization();
  return (
    <Empty title={words.emptyTitle} about={words.emptyAbout}>
      {create}
      <Code
        value={`curl ${apiUrl}/organizations/${id}/api-keys \\\n  -H "Authorization: Bearer $ACCESS_TOKEN" \\\n  --json '{"name": "Website backend", "preset": "read-only"}'`}
      />
    </Empty>
  );
}
