import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { LinkedIdentity } from "../../../sdk/client";
import { bask } from "../../data/client";
import { cameBack, identitiesQuery, leaveFor, takeTicket, thisPage, useProviders } from "../../data/providers";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { Confirm } from "../../ui/confirm";
import { Failure } from "../../ui/failure";
import { useForm } from "../../ui/form";
import { confirmed } from "../../ui/identity-dialog";
import { Loading } from "../../ui/loading";
import { Section } from "../../ui/section";
import { Time } from "../../ui/time";
import { say } from "../../ui/toast";

const words = text.security;

/** The accounts at providers that sign in to this one. */
export function Identities() {
  const providers = useProviders();
  const query = useQuery(identitiesQuery);
  const [unlinked, unlink] = useState<LinkedIdentity>();
  const close = () => unlink(undefined);

  const linking = useForm(
    {},
    async () => bask.identities.link({ ticket: takeTicket() }),
    () => {
      say(words.linked);
    },
  );
  const { submit } = linking;
  const began = useRef(false);
  useEffect(() => {
    if (began.current || !cameBack("link")) return;
    began.current = true;
    void submit();
  }, [submit]);

  const titles = new Map(providers.data?.data.map(({ name, title }) => [name, title]));
  const identities = query.data?.data ?? [];
  if (titles.size === 0 && identities.length === 0) return null;
  const free = [...titles].filter(([name]) => !identities.some(({ provider }) => provider === name));
  return (
    <Section title={words.identities} about={words.identitiesAbout}>
      {linking.failure !== undefined && <Failure error={linking.failure} />}
      <Loading query={query} lines={2}>
        {({ data }) => (
          <ul className="lines">
            {data.map((identity) => (
              <li key={identity.id} className="row spread">
                <div>
                  <strong>{titles.get(identity.provider ?? "") ?? identity.issuer}</strong>
                  <p className="muted">
                    {identity.emailAtLink} · {words.lastUsed} <Time at={identity.lastUsedAt} />
                  </p>
                </div>
                <Button onClick={() => unlink(identity)}>{words.unlink}</Button>
              </li>
            ))}
            {free.map(([name, title]) => (
              <li key={name} className="row spread">
                <div>
                  <strong>{title}</strong>
                  <p className="muted">{words.notLinked}</p>
                </div>
                <LinkProvider name={name} />
              </li>
            ))}
          </ul>
        )}
      </Loading>
      {unlinked && (
        <Confirm
          title={words.unlinkTitle(titles.get(unlinked.provider ?? "") ?? unlinked.issuer)}
          about={words.unlinkAbout}
          action={words.unlink}
          run={(bask) => confirmed(() => bask.identities.unlink(unlinked.id))}
          done={() => {
            close();
            say(words.unlinked);
          }}
          onClose={close}
        />
      )}
    </Section>
  );
}

/** Leaves for the provider, which sends the browser back to this page. */
function LinkProvider({ name }: { name: string }) {
  const form = useForm(
    {},
    () => confirmed(() => bask.identities.startLinking({ provider: name, returnTo: thisPage() })),
    ({ url }) => leaveFor(url, "link"),
  );
  return (
    <>
      <Button busy={form.busy} onClick={() => void form.submit()}>
        {words.link}
      </Button>
      {form.failure !== undefined && <Failure error={form.failure} />}
    </>
  );
}
