import type { ReactNode } from "react";
import { Link, useSearchParams } from "wouter";
import { useKey, useKeyUsage, useMemberNames } from "../../data/keys";
import { number } from "../../data/time";
import type { UsageRange } from "../../data/usage";
import { text } from "../../text";
import { CopyButton } from "../../ui/copy";
import { Loading } from "../../ui/loading";
import { PageHead } from "../../ui/page";
import { Range } from "../../ui/range";
import { Facts, Section } from "../../ui/section";
import { Time } from "../../ui/time";
import { UsageChart } from "../../ui/usage-chart";
import { KeyMenu } from "./key-menu";
import { KeyStatus, reasonOf } from "./key-status";
import { Trusts } from "./trusts";

const words = text.keys;

/** One key: what it may do, where it was used, how much. */
export default function KeyPage({ id }: { id: string }) {
  const query = useKey(id);
  const nameOf = useMemberNames(query.data ? [query.data.createdBy] : []);
  return (
    <Loading query={query} lines={8}>
      {(key) => {
        const facts: [label: string, value: ReactNode][] = [
          [words.key, <code key="key">{key.prefix}…</code>],
          [
            words.identifier,
            <span className="row" key="id">
              <code>{key.id}</code>
              <CopyButton value={key.id} />
            </span>,
          ],
          [words.environment, words.environments[key.environment]],
          [words.scopes, <Chips key="scopes" of={key.scopes} />],
          ...(key.only ? [[words.only, <Chips key="only" of={key.only} />] as [string, ReactNode]] : []),
          [words.createdBy, nameOf(key.createdBy)],
          [words.created, <Time key="created" at={key.createdAt} />],
          [words.expires, <Time key="expires" at={key.expiresAt} />],
          [
            words.lastUsed,
            key.lastUsedAt ? (
              <>
                <Time at={key.lastUsedAt} />{" "}
                <span className="muted">{words.lastUsedFrom(key.lastUsedIp ?? "", key.lastUsedUserAgent ?? "")}</span>
              </>
            ) : (
              text.common.never
            ),
          ],
          [words.rateLimit, key.rateLimit === null ? "–" : number(key.rateLimit)],
          [words.allowedIps, key.allowedIps.length > 0 ? key.allowedIps.join(", ") : words.everyIp],
        ];
        const reason = reasonOf(key);
        return (
          <>
            <PageHead
              title={key.name}
              about={key.description}
              crumbs={<Link to="/keys">{words.title}</Link>}
              action={
                <>
                  <KeyStatus of={key} />
                  <KeyMenu of={key} />
                </>
              }
            />
            {reason && (
              <p className="callout" data-tone="warn">
                {reason}
              </p>
            )}
            {key.replacedBy && (
              <p className="callout">
                {words.replacedBy} <Link to={`/keys/${key.replacedBy}`}>{key.replacedBy}</Link>
              </p>
            )}
            <KeyUsage id={id} />
            <Trusts of={id} />
            <Section title={words.details}>
              <Facts of={facts} />
            </Section>
          </>
        );
      }}
    </Loading>
  );
}

const Chips = ({ of: texts }: { of: readonly string[] }) => (
  <ul className="chips">
    {texts.map((text) => (
      <li key={text}>
        <code>{text}</code>
      </li>
    ))}
  </ul>
);

function KeyUsage({ id }: { id: string }) {
  const [search] = useSearchParams();
  const range = (search.get("range") ?? "day") as UsageRange;
  const query = useKeyUsage(id, range);
  return (
    <Section title={words.usage} action={<Range />}>
      <Loading query={query}>{(usage) => <UsageChart usage={usage} />}</Loading>
    </Section>
  );
}
