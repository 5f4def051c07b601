import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { type EmailTokenStatus, isBaskError } from "../../../sdk/client";
import { bask, start } from "../../data/client";
import { AloneCard } from "../../layout/alone";
import { text } from "../../text";
import { Failure } from "../../ui/failure";
import { TextField } from "../../ui/field";
import { Form, useForm } from "../../ui/form";

const words = text.emailed;

/** A link that works now. */
export interface WorkingLink {
  token: string;
  email: string;
  invitation: EmailTokenStatus["invitation"];
  /** Does something with the token. Where that meanwhile stopped to work, the page says so. */
  use<Result>(act: () => Promise<Result>): Promise<Result>;
}

/** The token behind the #, whatever an email program or a campaign tool put before or behind it. */
const tokenOf = (hash: string) => /(?:^#|&)token=(bml_[\w-]{50})(?![\w-])/.exec(hash)?.[1] ?? "";

/** The token stays behind the #, where no server sees it, until it is posted. */
function useToken(): string {
  const [token, setToken] = useState(() => tokenOf(location.hash) || takeKept());
  useEffect(() => {
    // Who pastes the whole link into the address bar of this page only changes what is behind the #.
    const read = () => setToken(tokenOf(location.hash));
    addEventListener("hashchange", read);
    return () => removeEventListener("hashchange", read);
  }, []);
  return token;
}

const kept = "bask.emailed";
/** Keeps the token of this page while the browser is at a provider. */
export const keepToken = (token: string) => sessionStorage.setItem(kept, token);
function takeKept(): string {
  const token = sessionStorage.getItem(kept) ?? "";
  sessionStorage.removeItem(kept);
  return token;
}

/** Looks what became of a link, which uses nothing, and shows the page for it, or what to do where it does not work any more. */
export function Link({
  title,
  kinds,
  dead,
  already,
  again,
  children,
}: {
  title: string;
  /** The kinds of tokens that the page is for. */
  kinds: readonly EmailTokenStatus["kind"][];
  /** What to do when the link does not work. */
  dead: string;
  /** What is said when what it is for has happened already. */
  already?: string;
  /** Requests another email like it. */
  again?: (input: { email: string }) => Promise<{ message: string }>;
  children: (link: WorkingLink) => ReactNode;
}) {
  const token = useToken();
  const query = useQuery({
    queryKey: ["link", token],
    queryFn: () => bask.auth.checkEmailToken({ token }),
    enabled: token !== "",
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  const { data: link, error, refetch } = query;

  if (token && error && !link) {
    return (
      <AloneCard title={title}>
        <Failure error={error} retry={() => void refetch()} />
      </AloneCard>
    );
  }
  if (token && !link) {
    return (
      <AloneCard title={title}>
        <p className="muted" role="status">
          {words.checking}
        </p>
      </AloneCard>
    );
  }
  const isOurs = link !== undefined && kinds.includes(link.kind);
  if (isOurs && link.state === "done" && already) return <Done title={title} sentence={already} />;
  if (!isOurs || link.state !== "valid" || link.email === null) {
    const { unknown, ended, expired } = words;
    const state = { valid: unknown, done: ended, unknown, ended, expired }[isOurs ? link.state : "unknown"];
    return (
      <AloneCard title={title}>
        <p className="callout" data-tone="warn" role="status">
          {token ? state : words.incomplete} {dead}
        </p>
        {again && <Again send={again} />}
      </AloneCard>
    );
  }
  return children({
    token,
    email: link.email,
    invitation: link.invitation,
    async use(act) {
      try {
        return await act();
      } catch (error) {
        if (isBaskError(error, "INVALID_TOKEN")) await refetch();
        throw error;
      }
    },
  });
}

/** Asks for an email, and requests a new link. */
export function Again({ send }: { send: (input: { email: string }) => Promise<{ message: string }> }) {
  const [answer, setAnswer] = useState<string>();
  const form = useForm({ email: "" }, send, ({ message }) => setAnswer(message));
  if (answer) {
    return (
      <p className="callout" data-tone="good" role="status">
        {answer}
      </p>
    );
  }
  return (
    <Form state={form} action={words.again} wide>
      <TextField label={text.signIn.email} type="email" autoComplete="username" {...form.input("email")} />
    </Form>
  );
}

/** It happened; the token is taken out of the address, and people go on. */
export function Done({ title, sentence, children }: { title: string; sentence: string; children?: ReactNode }) {
  useEffect(() => history.replaceState(null, "", location.pathname + location.search), []);
  return (
    <AloneCard title={title}>
      <p className="callout" data-tone="good" role="status">
        {sentence}
      </p>
      {children ?? (
        <a className="button" data-kind="primary" data-wide href={start}>
          {words.goOn}
        </a>
      )}
    </AloneCard>
  );
}
