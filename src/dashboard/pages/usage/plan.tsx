import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "wouter";
import { bask } from "../../data/client";
import { useOrganization } from "../../data/organization";
import { usePlan } from "../../data/settings";
import { number } from "../../data/time";
import { type UsageRange, usageOf } from "../../data/usage";
import { text } from "../../text";
import { Loading } from "../../ui/loading";
import { PageHead } from "../../ui/page";
import { Range } from "../../ui/range";
import { Facts, Section } from "../../ui/section";
import { UsageChart } from "../../ui/usage-chart";

const words = text.settings;

/** What the plan allows, and how much of it is in use. */
export default function PlanAndUsage() {
  const { id } = useOrganization();
  const [search] = useSearchParams();
  const range = (search.get("range") ?? "day") as UsageRange;
  const usage = useQuery({
    queryKey: ["keys", id, "usage", "all", range],
    queryFn: () => bask.usage.get(id, usageOf(range)),
  });
  return (
    <>
      <PageHead title={words.planTitle} about={words.planAbout} />
      <Section title={words.requests} action={<Range />}>
        <Loading query={usage}>{(history) => <UsageChart usage={history} />}</Loading>
      </Section>
      <Loading query={usePlan()} lines={8}>
        {(plan) => (
          <Section title={words.plan} action={<strong className="badge">{text.admin.plans[plan.plan]}</strong>}>
            <div className="meters">
              <Share label={words.activeKeys} {...plan.activeKeys} />
              <Share label={words.members} {...plan.members} />
              <Share label={words.webhooks} {...plan.webhooks} />
            </div>
            <Facts
              of={[
                [words.perKey, <Windows key="key" {...plan.perKey} />],
                [words.perOrganization, <Windows key="all" {...plan.perOrganization} />],
                [words.verifications, `${number(plan.verifications)} ${words.minute}`],
                [words.usageHistory, words.daysKept(number(plan.usageHistory))],
                [words.auditHistory, words.daysKept(number(plan.auditHistory))],
              ]}
            />
          </Section>
        )}
      </Loading>
    </>
  );
}

const Windows = ({ minute, hour, day }: { minute: number; hour: number; day: number }) =>
  [`${number(minute)} ${words.minute}`, `${number(hour)} ${words.hour}`, `${number(day)} ${words.day}`].join(", ");

const Share = ({ label, used, limit }: { label: string; used: number; limit: number }) => (
  <div className="field">
    <span className="row spread">
      <span>{label}</span>
      <span className="muted number">{words.of(number(used), number(limit))}</span>
    </span>
    <meter className="meter" aria-label={label} min={0} max={limit} high={limit * 0.9} value={Math.min(used, limit)} />
  </div>
);
