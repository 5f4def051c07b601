/**
 * The script of the documentation. Its text is sent as it is, so it uses nothing from outside of itself. Without it the pages can be read all the
 * same; with it they can be searched, copied from and tried.
 */
export function docsScript() {
  const root = document.documentElement;
  const remember = (name: string, value: string) => localStorage.setItem(`bask.${name}`, value);
  const remembered = (name: string) => localStorage.getItem(`bask.${name}`);

  // Before anything is painted, so that nothing jumps.
  const theme = remembered("theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  root.dataset.language = remembered("docs.language") ?? "curl";
  root.classList.remove("plain");

  document.addEventListener("DOMContentLoaded", () => {
    for (const hidden of document.querySelectorAll<HTMLElement>(".top [hidden]:not(#results), .try[hidden]"))
      hidden.hidden = false;
    openNavigation();
    one("#navigation [aria-current]").scrollIntoView({ block: "center" });
    openTheme();
    openLanguages();
    addCopyButtons();
    openSearch();
    openCredential();
    for (const form of document.querySelectorAll<HTMLFormElement>(".try form")) openTry(form);
  });

  const one = <E extends Element>(selector: string, within: ParentNode = document) =>
    within.querySelector<E>(selector)!;

  function element<Name extends keyof HTMLElementTagNameMap>(name: Name, text: string, className = "") {
    const made = document.createElement(name);
    made.textContent = text;
    made.className = className;
    return made;
  }

  function openNavigation() {
    const button = one<HTMLButtonElement>(".menu");
    button.addEventListener("click", () => {
      const isOpen = root.classList.toggle("navigating");
      button.setAttribute("aria-expanded", String(isOpen));
    });
  }

  function openTheme() {
    const button = one<HTMLButtonElement>(".theme");
    const isDark = () =>
      root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    const show = () => {
      button.textContent = isDark() ? "Light" : "Dark";
      button.setAttribute("aria-label", `Use the ${isDark() ? "light" : "dark"} theme`);
    };
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      remember("theme", root.dataset.theme);
      show();
    });
    show();
  }

  function openLanguages() {
    const buttons = document.querySelectorAll<HTMLButtonElement>(".bar button[data-language]");
    const show = () => {
      for (const button of buttons)
        button.setAttribute("aria-pressed", String(button.dataset.language === root.dataset.language));
    };
    for (const button of buttons) {
      button.addEventListener("click", () => {
        const before = button.getBoundingClientRect().top;
        root.dataset.language = button.dataset.language!;
        remember("docs.language", root.dataset.language);
        show();
        // What is above it changed its height; the button stays where it was.
        scrollBy(0, button.getBoundingClientRect().top - before);
      });
    }
    show();
  }

  function addCopyButtons() {
    for (const pre of document.querySelectorAll("pre")) {
      const button = element("button", "Copy", "copy");
      button.type = "button";
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(one("code", pre).textContent ?? "");
        button.textContent = "Copied";
        setTimeout(() => {
          button.textContent = "Copy";
        }, 1500);
      });
      const frame = element("div", "", "block");
      if (pre.dataset.language) frame.dataset.language = pre.dataset.language;
      pre.replaceWith(frame);
      frame.append(pre, button);
    }
  }

  interface Found {
    title: string;
    path: string;
    /** Where it stands: the name of a page, or a method and a path. */
    where: string;
    words: string;
  }

  function openSearch() {
    const input = one<HTMLInputElement>(".search input");
    const list = one<HTMLUListElement>("#results");
    let index: Promise<Found[]> | undefined;
    const links = () => [...list.querySelectorAll<HTMLAnchorElement>("a")];
    const load = async () => (await fetch("/docs/search.json")).json() as Promise<Found[]>;
    const close = () => {
      list.hidden = true;
    };

    const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
    const unimportant = new Set("a an and are can do does for how i in is my of on or the to what with".split(" "));

    /** Whether one of some words begins with a word of the search, or is the singular of it. */
    const meets = (words: string[], word: string) => words.some((one) => one.startsWith(word) || `${one}s` === word);

    /** How well a word of the search is met; 0 if not at all. */
    function pointsOf(word: string, { title, where, words }: Found): number {
      const name = wordsOf(title);
      if (meets(name.slice(0, 1), word)) return 5;
      if (meets(name, word)) return 4;
      if (word.length > 3 && name.join("").includes(word)) return 3;
      if (meets(wordsOf(where), word)) return 2;
      return meets(words.split(" "), word) ? 1 : 0;
    }

    async function search() {
      const asked = wordsOf(input.value);
      if (asked.length === 0) return close();
      const important = asked.filter((word) => !unimportant.has(word));
      const words = important.length > 0 ? important : asked;
      index ??= load();
      const ranked = (await index).map((entry) => {
        const points = words.map((word) => pointsOf(word, entry)).filter((one) => one > 0);
        return { entry, met: points.length, points: points.reduce((sum, one) => sum + one, 0) };
      });
      // All of the words, or else as many as anything has.
      const most = Math.max(1, ...ranked.map(({ met }) => met));
      const found = ranked
        .filter(({ met }) => met === most)
        .sort((a, b) => b.points - a.points)
        .slice(0, 12);
      list.replaceChildren(
        ...found.map(({ entry }) => {
          const link = element("a", entry.title);
          link.href = entry.path;
          link.append(element("span", entry.where));
          const item = document.createElement("li");
          item.append(link);
          return item;
        }),
        ...(found.length === 0 ? [element("li", "Nothing found.", "none")] : []),
      );
      list.hidden = false;
    }

    function move(event: KeyboardEvent) {
      const all = links();
      const at = all.indexOf(document.activeElement as HTMLAnchorElement);
      if (event.key === "Escape") {
        close();
        input.focus();
      } else if (event.key === "ArrowDown") {
        event.preventDefault();
        all[Math.min(at + 1, all.length - 1)]?.focus();
      } else if (event.key === "ArrowUp") {
        event.preventDefault();
        if (at > 0) all[at - 1]!.focus();
        else input.focus();
      } else if (event.key === "Enter" && event.target === input) {
        all[0]?.click();
      }
    }

    input.addEventListener("input", search);
    one(".search").addEventListener("keydown", (event) => move(event as KeyboardEvent));
    list.addEventListener("click", close);
    document.addEventListener("click", (event) => {
      if (!one(".search").contains(event.target as Node)) close();
    });
    document.addEventListener("keydown", (event) => {
      const isTyping = (event.target as Element).closest("input, textarea, select, dialog");
      if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      input.focus();
    });
  }

  function openCredential() {
    const dialog = one<HTMLDialogElement>("#credential");
    const input = one<HTMLInputElement>("input", dialog);
    const state = one<HTMLElement>(".state", dialog);
    const button = one<HTMLButtonElement>(".credential");
    const show = () => {
      const credential = sessionStorage.getItem("bask.docs.credential");
      const kind = credential?.startsWith("bsk_") ? "API key" : "access token";
      state.textContent = credential ? `An ${kind} is in use.` : "No credential is in use.";
      button.textContent = credential ? `${kind[0]!.toUpperCase()}${kind.slice(1)} in use` : "Credential";
    };
    const keep = (credential: string) => {
      sessionStorage.setItem("bask.docs.credential", credential);
      show();
    };
    button.addEventListener("click", () => {
      input.value = "";
      show();
      dialog.showModal();
    });
    dialog.addEventListener("close", () => {
      if (dialog.returnValue === "save" && input.value.trim()) keep(input.value.trim());
      input.value = "";
    });
    one(".forget", dialog).addEventListener("click", () => {
      sessionStorage.removeItem("bask.docs.credential");
      show();
    });
    one(".session", dialog).addEventListener("click", async () => {
      const response = await fetch("/api/v1/auth/refresh", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: "{}",
      });
      const answer = (await response.json()) as { accessToken?: string };
      if (answer.accessToken) keep(answer.accessToken);
      else state.textContent = "You are not signed in in this browser. Sign in to the dashboard, or paste an API key.";
    });
    show();
  }

  function openTry(form: HTMLFormElement) {
    const note = one<HTMLElement>(".note", form);
    const answer = one<HTMLElement>(".answer", form);
    const { method = "GET", path = "", access } = form.dataset;

    function requestOf(): Request {
      let target = path;
      const query = new URLSearchParams();
      for (const { name, value, dataset } of form.querySelectorAll("input")) {
        if (dataset.kind === "path") target = target.replace(`{${name}}`, encodeURIComponent(value.trim()));
        else if (value.trim()) query.set(name, value.trim());
      }
      const body = form.querySelector("textarea")?.value;
      const credential = sessionStorage.getItem("bask.docs.credential");
      return new Request(`/api/v1${target}${query.size > 0 ? `?${query}` : ""}`, {
        method,
        credentials: "same-origin",
        headers: {
          ...(credential && access !== "anyone" && { Authorization: `Bearer ${credential}` }),
          ...(body !== undefined && { "Content-Type": "application/json" }),
        },
        ...(body !== undefined && { body }),
      });
    }

    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const missing = [...form.querySelectorAll<HTMLInputElement>('input[data-kind="path"]')].find(
        ({ value }) => !value.trim(),
      );
      if (missing) {
        note.textContent = `${missing.name} is missing.`;
        missing.focus();
        return;
      }
      note.textContent = "Sending …";
      try {
        const response = await fetch(requestOf());
        const text = await response.text();
        note.textContent = "";
        const status = element("p", `${response.status} ${response.statusText}`, "status");
        status.dataset.ok = String(response.ok);
        const shown = element("pre", "");
        shown.tabIndex = 0;
        shown.append(element("code", pretty(text) || "No body."));
        answer.replaceChildren(status, shown);
      } catch {
        note.textContent = "The request could not be sent.";
      }
    });
  }

  function pretty(text: string): string {
    try {
      return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      return text;
    }
  }
}
