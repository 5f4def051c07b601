/** What a page says, whichever it is. `{wait}` stands for a time. */
export interface PageSentences {
  checking: string;
  incomplete: string;
  ended: string;
  expired: string;
  unknown: string;
  unreachable: string;
  unexpected: string;
  tooMany: string;
  /** `{code}` stands for six digits. */
  linkCode: string;
  codeNeeded: string;
}

/**
 * The one script of the pages that emails link to. It runs in the browser as the text of this function, so it knows nothing outside of it.
 * The token stays behind the #, where no server sees it, until it is posted. Paths are relative to the page: APP_URL may have a path.
 */
export function pageScript(say: PageSentences) {
  interface Refusal extends Error {
    code?: string;
    reason?: string;
    challenge?: string;
    details?: { path: string; message: string }[];
  }
  interface Link {
    kind: string | null;
    state: keyof PageSentences | "valid" | "done";
    email: string | null;
  }

  const element = <E extends HTMLElement>(id: string) => document.getElementById(id) as E;
  const { page = "", kinds = "", dead = "", already = "" } = document.querySelector("main")!.dataset;
  const api = `${location.pathname.slice(0, Math.max(0, location.pathname.lastIndexOf(page)))}/api/v1/`;
  const views = ["act", "join", "again", "retry"].map(element<HTMLFormElement>).filter(Boolean);
  const [status, problem] = [element("status"), element("problem")];
  let token = "";
  let challenge = "";
  let checks = 0;

  /** Shows these parts of the page and hides the others. */
  function show(sentence: string, ...shown: string[]) {
    status.textContent = sentence;
    problem.textContent = "";
    for (const view of views) view.hidden = !shown.includes(view.id);
  }

  async function call(path: string, body: object, accessToken?: string, credentials: RequestCredentials = "omit") {
    const headers = {
      "Content-Type": "application/json",
      ...(accessToken && { Authorization: `Bearer ${accessToken}` }),
    };
    const request = { method: "POST", headers, body: JSON.stringify(body), signal: AbortSignal.timeout(20_000) };
    const response = await fetch(api + path, { ...request, credentials }).catch(() => {
      throw new Error(say.unreachable);
    });
    if (response.status === 204) return {};
    const json = await response.json().catch(() => undefined);
    if (response.ok && json) return json;
    const { code, message, retryAfter, ...rest } = json?.error ?? {};
    const sentence = code === "TWO_FACTOR_REQUIRED" ? say.codeNeeded : (message ?? say.unexpected);
    throw Object.assign(new Error(retryAfter ? tooMany(retryAfter) : sentence), { code, ...rest });
  }

  function tooMany(seconds: number) {
    const [count, unit] = seconds > 90 ? [Math.ceil(seconds / 60), "minutes"] : [seconds, "seconds"];
    return say.tooMany.replace("{wait}", `${count} ${unit}`);
  }

  /** The token, whatever a mail program or a campaign tool put before or behind it. */
  const tokenOf = (hash: string) => /(?:^#|&)token=(bml_[\w-]{50})(?![\w-])/.exec(hash)?.[1] ?? "";

  async function check() {
    const number = ++checks;
    token = tokenOf(location.hash);
    if (!token) return show(`${say.incomplete} ${dead}`, "again");
    show(say.checking);
    let link: Link;
    try {
      link = await call("auth/email-token", { token });
    } catch (error) {
      if (number === checks) show((error as Error).message, "retry");
      return;
    }
    if (number === checks) open(link);
  }

  function open({ kind, state, email }: Link) {
    const isOurs = kind !== null && kinds.split(" ").includes(kind);
    if (isOurs && state === "done") return show(already);
    if (!isOurs || state !== "valid") {
      const sentence = isOurs || kind === null ? say[state as keyof PageSentences] : say.unknown;
      return show(`${sentence ?? say.unknown} ${dead}`, "again");
    }
    // The email of a change is not yet the one that the account is known by.
    for (const field of document.querySelectorAll<HTMLInputElement>("[data-account]")) {
      field.value = kind === "change-email" ? "" : (email ?? "");
      field.parentElement!.hidden = field.value === "";
    }
    show("", "act", "join");
  }

  /** Says at the fields what is wrong with them, and the rest in one place. */
  function explain(form: HTMLFormElement, { code, message, details = [] }: Refusal) {
    if (code === "INVALID_TOKEN") return void check();
    if (code === "TWO_FACTOR_REQUIRED") element(`${form.id}-twoFactorCode`).parentElement!.hidden = false;
    const elsewhere: string[] = details.length > 0 ? [] : [message];
    for (const detail of details) {
      const input = element<HTMLInputElement>(`${form.id}-${detail.path}`);
      const sentence = `${input?.dataset.name ?? detail.path} ${detail.message}.`;
      if (!input) elsewhere.push(sentence);
      else {
        input.setAttribute("aria-invalid", "true");
        element(`${input.id}-error`).textContent = sentence;
      }
    }
    problem.textContent = elsewhere.join(" ");
    const first = form.querySelector<HTMLInputElement>("[aria-invalid]");
    (first ?? form.querySelector<HTMLInputElement>("input:not([readonly])"))?.focus();
  }

  /** Submits a form without leaving the page, once at a time. */
  function onSubmit(id: string, run: (typed: Record<string, string>, button: HTMLButtonElement) => Promise<void>) {
    const form = element<HTMLFormElement>(id);
    form?.addEventListener("submit", async (event) => {
      event.preventDefault();
      const fields = [...form.querySelectorAll<HTMLInputElement>("input[name]")].filter(({ value }) => value !== "");
      const typed = Object.fromEntries(fields.map(({ name, value }) => [name, value]));
      const buttons = form.querySelectorAll("button");
      for (const button of buttons) button.disabled = true;
      for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
      for (const error of form.querySelectorAll(".error")) error.textContent = "";
      problem.textContent = "";
      try {
        await run(typed, event.submitter as HTMLButtonElement);
      } catch (error) {
        explain(form, error as Refusal);
      } finally {
        for (const button of buttons) button.disabled = false;
      }
    });
  }

  /** The verifier that this browser keeps, if it asked for the link: see `sdk/verifier.ts`. */
  function readVerifier() {
    try {
      return localStorage.getItem("bask.email-link") ?? "-".repeat(43);
    } catch {
      return "-".repeat(43);
    }
  }

  /** Signs in with the link, and then with the second factor; in another browser it shows the code instead. */
  async function signInWithLink(to: string, typed: Record<string, string>) {
    const [path, input] = challenge
      ? ["auth/login/continue", { challenge, ...typed }]
      : [to, { token, codeVerifier: readVerifier() }];
    try {
      await call(path, { ...input, session: "cookie" }, undefined, "same-origin");
      return true;
    } catch (error) {
      const refusal = error as Refusal;
      challenge = refusal.challenge ?? challenge;
      if (refusal.reason !== "other_browser") throw error;
      const { code } = await call("auth/email-link/code", { token });
      show(say.linkCode.replace("{code}", `${code.slice(0, 3)} ${code.slice(3)}`));
      return false;
    }
  }

  onSubmit("act", async ({ username, ...typed }, { dataset: { to = "", done = "", after = "" } }) => {
    if ("signInLink" in element("act").dataset) {
      if (!(await signInWithLink(to, typed))) return;
    } else if ("signIn" in element("act").dataset) {
      const { accessToken } = await call("auth/login", { email: username, ...typed });
      await call(to, { token }, accessToken).finally(() => call("auth/logout", {}, accessToken).catch(() => undefined));
    } else await call(to, { token, ...typed });
    history.replaceState(null, "", location.pathname + location.search);
    show(done, after);
  });

  onSubmit("join", async ({ username, ...typed }) => {
    const { message } = await call("auth/register", { email: username, ...typed });
    show(message, "act");
  });

  onSubmit("again", async (typed) => {
    const { message } = await call(element("again").dataset.to ?? "", typed);
    show(message);
  });

  onSubmit("retry", async () => check());

  for (const toggle of document.querySelectorAll<HTMLInputElement>("[data-reveals]"))
    toggle.addEventListener("change", () => {
      element<HTMLInputElement>(toggle.dataset.reveals ?? "").type = toggle.checked ? "text" : "password";
    });
  // Who pastes the whole link into the address bar of this page only changes what is behind the #.
  addEventListener("hashchange", () => void check());
  void check();
}
