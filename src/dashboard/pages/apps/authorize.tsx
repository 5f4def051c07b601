import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useSearchParams } from "wouter";
import { bask } from "../../data/client";
import { Alone, AloneCard } from "../../layout/alone";
import { text } from "../../text";
import { Failure } from "../../ui/failure";
import { ConsentCard } from "./consent";

const leaveTo = ({ redirectTo }: { redirectTo: string }) => location.assign(redirectTo);

/** Asks whether an app in this browser may act for its user. Where they have agreed to as much before, it goes on by itself. */
export default function Authorize() {
  const [search] = useSearchParams();
  const request = search.get("request") ?? "";
  const query = useQuery({
    queryKey: ["authorization", request],
    queryFn: () => bask.apps.readAuthorization({ request }),
    enabled: request !== "",
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { data } = query;
  useEffect(() => {
    if (!data?.remembered) return;
    const answer = { request, organizationId: data.remembered, digest: data.digest };
    void bask.apps.approveAuthorization(answer).then(leaveTo, () => {});
  }, [data, request]);
  if (request === "") {
    return (
      <Alone>
        <AloneCard title={text.apps.connected} about={text.apps.wrongAccount} />
      </Alone>
    );
  }
  if (!data) {
    return query.error ? (
      <Alone>
        <Failure error={query.error} retry={() => void query.refetch()} />
      </Alone>
    ) : null;
  }
  return (
    <Alone>
      <ConsentCard
        asked={data}
        allow={(answer) => bask.apps.approveAuthorization({ request, ...answer }).then(leaveTo)}
        deny={() => bask.apps.denyAuthorization({ request }).then(leaveTo)}
        reread={() => query.refetch()}
      />
    </Alone>
  );
}
