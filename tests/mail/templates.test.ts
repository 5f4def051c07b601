import { describe, expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { openMailedTokens } from "../../src/crypto/id-tokens";
import { openKeyring } from "../../src/crypto/keyring";
import type { MoreOccasions } from "../../src/db/tables";
import { placeholdersOf, readOwnTemplates } from "../../src/mail/own-templates";
import { type Draft, openEmailRenderer } from "../../src/mail/render";
import { showName } from "../../src/mail/show";
import { type EmailTemplate, isCollected } from "../../src/mail/template";
import { type EmailName, emailTemplates } from "../../src/mail/templates";
import { stored } from "../../src/mail/values";
import { temporaryFolder } from "../support/process";

const tokens = openMailedTokens(openKeyring([Buffer.alloc(32, 7)]));
const names = Object.keys(emailTemplates) as EmailName[];
const templateOf = (name: EmailName): EmailTemplate => emailTemplates[name];

/** The values an email is enqueued with in docs/emails.md, or what `text` gives for those that hold text. */
function valuesOf(name: EmailName, text?: string): Record<string, string> {
  const values = Object.entries(templateOf(name).values).map(([name, { kind, example }]) => {
    return [name, text !== undefined && ["text", "name"].includes(kind) ? text : example] as const;
  });
  return stored(Object.fromEntries(values));
}

interface Options extends Partial<Draft> {
  folder?: string;
  appName?: string;
}

function render(name: EmailName, { folder, appName = "Acme", ...draft }: Options = {}) {
  const mailTemplates = folder ? readOwnTemplates(folder) : new Map();
  const renderEmail = openEmailRenderer({ appName, appUrl: "https://bask.test", mailTemplates }, tokens);
  return renderEmail({ id: "eml_1", to: "ada@example.com", template: name, values: valuesOf(name), ...draft });
}

/** A folder with these files. */
function folderOf(files: Record<string, string>) {
  const folder = temporaryFolder();
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(join(folder.path, file, ".."), { recursive: true });
    writeFileSync(join(folder.path, file), content);
  }
  return folder;
}

describe("an email", () => {
  for (const name of names) {
    test(`${name} reads as it did`, () => {
      const { subject, text, html, link } = render(name);
      expect(`${subject}\n\n${text}`).toMatchSnapshot();
      expect(text + html).not.toContain("{{");
      expect(subject + text).toContain("Acme");
      expect(link === undefined).toBe(templateOf(name).path === undefined);
    });
  }

  test("lets no value out of its place, in text, page or subject", () => {
    const evil = `<img src=x onerror="alert('1')">&\r\nBcc: everybody@example.com`;
    for (const name of names) {
      const more = isCollected(templateOf(name)) ? { listed: [valuesOf(name, evil)], unlisted: 1 } : null;
      const { subject, text, html } = render(name, { values: valuesOf(name, evil), more, appName: evil });
      expect(html).not.toContain("<img");
      expect(subject).not.toMatch(/[\r\n]/);
      expect(text).not.toContain("\nBcc:");
      expect(html.match(/<a /g)?.length ?? 0).toBe(templateOf(name).path ? 1 : 0);
    }
  });

  test("tells times in the recipient's zone, which it names", () => {
    expect(render("password-changed").text).toContain("on March 2, 2026 at 9:00 AM (UTC), from");
    const timezone = "Asia/Kolkata";
    expect(render("password-changed", { timezone }).text).toContain("on March 2, 2026 at 2:30 PM (Asia/Kolkata), from");
  });

  test("that tells of several occasions lists the others in text and page, and counts those beyond twenty", () => {
    const more: MoreOccasions = {
      listed: [valuesOf("key-expires"), { ...valuesOf("key-expires"), name: "<b>Backup</b>" }],
      unlisted: 7,
    };
    const { text, html } = render("key-expires", { more });
    expect(text).toEndWith(`The same happened again:

- Deploy from CI, bsk_live_ab12, March 2, 2026 at 9:00 AM (UTC)
- <b>Backup</b>, bsk_live_ab12, March 2, 2026 at 9:00 AM (UTC)
- + 7
`);
    expect(html).toContain("<li>&lt;b&gt;Backup&lt;/b&gt;, bsk_live_ab12,");
    expect(html).toContain("<li>+ 7</li>");
  });
});

describe("a name that a user typed", () => {
  const shown: [name: string, shown: string][] = [
    ["Deploy from CI v1.2", "Deploy from CI v1.2"],
    ["ключ №7 für Ägypten 鍵", "ключ №7 für Ägypten 鍵"],
    ["https://evil.example/reset?now=1", "evil·example/reset?now=1"],
    ["call www.evil.example", "call www·evil·example"],
    ["mail me@evil.example", "mail me at evil·example"],
    ["urgent\u2800your\u2800account\u200bis\u202eblocked", "urgentyouraccountisblocked"],
    [`${"x".repeat(200)}`, `${"x".repeat(39)}…`],
    [`a${"\u0301".repeat(50)}b`, "ab"],
  ];
  for (const [name, expected] of shown)
    test(`is shown as ${expected}`, () => {
      expect(showName(name)).toBe(expected);
    });

  test("is never longer than 40 characters, and never a link, whatever it is", () => {
    const parts = fc.constantFrom(
      "a",
      ".",
      "com",
      "https://",
      "http",
      ":",
      "/",
      "@",
      "www.",
      " ",
      "\u2800",
      "ä",
      "１",
      "。",
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 60 }), (parts) => {
        const name = showName(parts.join(""));
        expect([...name].length).toBeLessThanOrEqual(40);
        expect(name).not.toMatch(/:\/\/|@|\.[\p{L}\p{N}]{2}/u);
      }),
    );
  });
});

describe("an invitation", () => {
  const inviter = (inviter: string) => {
    const { text } = render("invitation", { values: { ...valuesOf("invitation"), inviter } });
    return /^Invited by: (.*)$/m.exec(text)![1];
  };

  test("names its sender in a fixed place by a verified email, of which no local part holds a sentence", () => {
    expect(inviter("ada.lovelace+work@example.com")).toBe("ada.lovelace+work@example.com");
    expect(inviter("urgent\u2800your\u2800account\u2800is\u2800blocked@example.com")).toBe("…@example.com");
    expect(inviter("a..b@example.com")).toBe("…@example.com");
    expect(inviter(`${"please-call-us-".repeat(4)}@example.com`)).toBe("…@example.com");
    expect(inviter("")).toBe("(not verified)");
  });
});

describe("an operator's own texts", () => {
  test("take the place of the built-in ones, with a button of their own", () => {
    using folder = folderOf({
      "password-changed.txt": "Subject: Neues Passwort\r\n\r\nGeändert am {{ at }}.\n",
      "verify-email.html": `<a href="{{link}}">Bei {{appName}} bestätigen</a>`,
      "reset-password.txt": "Subject: Passwort\nAction: Neues Passwort\n\nHier:\n\n{{link}}\n",
      "notes.md": "Not a text.",
    });
    symlinkSync(folder.path, join(folder.path, "..data"));
    const changed = render("password-changed", { folder: folder.path, timezone: "Europe/Berlin" });
    expect(changed).toMatchObject({
      subject: "Neues Passwort",
      text: "Geändert am 2026-03-02 10:00 (Europe/Berlin).\n",
    });
    expect(changed.html).toContain("<p>Geändert am 2026-03-02 10:00 (Europe/Berlin).</p>");
    const verify = render("verify-email", { folder: folder.path });
    expect(verify.html).toBe(`<a href="${verify.link}">Bei Acme bestätigen</a>`);
    expect(verify.subject).toBe("Verify your email for Acme");
    expect(render("reset-password", { folder: folder.path }).html).toContain(">Neues Passwort</a>");
  });

  test("are chosen by the recipient's language, its region first, then the language, then those for all", () => {
    using folder = folderOf({
      "two-factor-on.txt": "Subject: All\n\nAll",
      "de/two-factor-on.txt": "Subject: Deutsch\n\nAm {{at}}",
      "de-AT/two-factor-on.txt": "Subject: Österreich\n\nÖsterreich",
      "pt-BR/two-factor-on.txt": "Subject: Brasil\n\nBrasil",
    });
    const subject = (language: string | null) => render("two-factor-on", { folder: folder.path, language }).subject;
    expect(["de", "de-CH", "DE-at", "de-Latn-CH-x-private", "pt-BR", "pt-PT", "fr", null].map(subject)).toEqual([
      "Deutsch",
      "Deutsch",
      "Österreich",
      "Deutsch",
      "Brasil",
      "All",
      "All",
      "All",
    ]);
    const german = render("two-factor-on", { folder: folder.path, language: "de-CH", timezone: "Europe/Zurich" });
    expect(german.text).toBe("Am 2. März 2026 um 10:00 (Europe/Zurich)\n");
    expect(german.html).toContain('<html lang="de">');
    expect(render("two-factor-off", { folder: folder.path, language: "de" }).subject).toBe(
      "Two-factor authentication is off",
    );
  });

  test("list other occasions where they have {{more}}, or else at their end", () => {
    using folder = folderOf({
      "two-factor-on.txt": "Subject: A\n\nBefore {{at}}\n\n{{more}}\n\nAfter",
      "two-factor-on.html": "<body>{{more}}<p>{{at}}</p></body>",
      "two-factor-off.txt": "Subject: A\n\nOff",
      "two-factor-off.html": "<body><p>Off</p></body>",
    });
    const more = { listed: [valuesOf("two-factor-on")], unlisted: 0 };
    const on = render("two-factor-on", { folder: folder.path, more });
    expect(on.text).toBe("Before 2026-03-02 09:00 (UTC)\n\n- 2026-03-02 09:00 (UTC)\n\nAfter\n");
    expect(on.html).toStartWith("<body><ul>");
    const off = render("two-factor-off", { folder: folder.path, more });
    expect(off.text).toBe("Off\n\n- 2026-03-02 09:00 (UTC)\n");
    expect(off.html).toEndWith("</ul></body>");
    expect(render("two-factor-on", { folder: folder.path }).text).toBe("Before 2026-03-02 09:00 (UTC)\n\n\n\nAfter\n");
  });

  const refused: [file: string, content: string, sentence: string][] = [
    ["verify-emial.txt", "Subject: A\n\nB {{link}}", "verify-emial.txt is the text of no email."],
    ["verify-email.text", "Subject: A\n\nB {{link}}", "verify-email.text is not a .txt or .html file."],
    ["verify-email.txt", "A\n\nB {{link}}", "verify-email.txt must be a line with Subject:"],
    ["verify-email.txt", "Subject: A\nB {{link}}", "verify-email.txt must be a line with Subject:"],
    ["verify-email.txt", "Subject: A\n\n", "verify-email.txt must "],
    ["verify-email.txt", "Subject: A\n\nB", "verify-email.txt must have {{link}}."],
    ["verify-email.txt", "Subject: A\n\n{{link} {{link}}", "verify-email.txt has braces"],
    ["verify-email.html", "<p>B</p>", "verify-email.html must have {{link}}."],
    ["verify-email.html", "{{ticket}}", "verify-email.html has {{ticket}}, which"],
    ["password-changed.html", "{{name}}", "password-changed.html has {{name}}, which this email does not have. It has"],
    ["password-changed.html", "{{link}}", "password-changed.html has {{link}}, which"],
    ["deutsch/password-changed.txt", "Subject: A\n\nB", "deutsch is a folder, but not a language such as de or pt-BR."],
    ["de/password-changd.txt", "Subject: A\n\nB", "de/password-changd.txt is the text of no email."],
    ["de/verify-email.txt", "Subject: A\n\nB", "de/verify-email.txt must have {{link}}."],
    ["de/verify-email.html", "{{link}}", "de/verify-email.html needs de/verify-email.txt for the subject."],
    ["de/at/password-changed.txt", "Subject: A\n\nB", "de/at is not a .txt or .html file."],
  ];
  for (const [file, content, sentence] of refused)
    test(`are refused where they would be ignored, or sent with a gap: ${sentence}`, () => {
      using folder = folderOf({ [file]: content });
      expect(() => readOwnTemplates(folder.path)).toThrow(`MAIL_TEMPLATES: ${sentence}`);
    });

  test("may have every value that docs/emails.md names", () => {
    for (const name of names) {
      const placeholders = placeholdersOf(templateOf(name)).map((value) => `{{${value}}}`);
      using folder = folderOf({ [`${name}.txt`]: `Subject: A\n\n${placeholders.join("\n")}` });
      expect(render(name, { folder: folder.path }).text).not.toContain("{{");
    }
  });
});
