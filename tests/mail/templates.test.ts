import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openMailedTokens } from "../../src/crypto/id-tokens";
import { openKeyring } from "../../src/crypto/keyring";
import { readOwnTemplates } from "../../src/mail/own-templates";
import { openEmailRenderer } from "../../src/mail/render";
import { emailTemplates } from "../../src/mail/templates";
import { temporaryFolder } from "../support/process";

const tokens = openMailedTokens(openKeyring([Buffer.alloc(32, 7)]));
const ticket = "tkt_01jngc4e00000000000000000a";
const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name!);

/** Every value a letter asks for, as dangerous as a value can be. */
function written(
  name: keyof typeof emailTemplates,
  value = (placeholder: string) => `[${placeholder}]`,
  folder?: string,
) {
  const { subject, text } = emailTemplates[name];
  const names = placeholders(subject + text).filter((placeholder) => !["link", "appName"].includes(placeholder));
  const values = Object.fromEntries(names.map((placeholder) => [placeholder, value(placeholder)]));
  const product = {
    appName: value("appName"),
    appUrl: "https://bask.test",
    mailTemplates: folder ? readOwnTemplates(folder) : new Map(),
  };
  return openEmailRenderer(
    product,
    tokens,
  )({ id: "eml_1", to: "ada@example.com", template: name, values: { ...values, ticket } });
}

describe("letters", () => {
  for (const name of Object.keys(emailTemplates) as (keyof typeof emailTemplates)[]) {
    test(`${name} reads as it did`, () => {
      const { subject, text, link } = written(name);
      expect(`${subject}\n\n${text}`).toMatchSnapshot();
      expect(text.includes("{{")).toBe(false);
      expect(link === undefined).toBe(!("path" in emailTemplates[name]));
    });
  }

  test("let no value out of its place, in text, page or subject", () => {
    const evil = `<img src=x onerror="alert('1')">&\r\nBcc: everybody@example.com`;
    for (const name of Object.keys(emailTemplates) as (keyof typeof emailTemplates)[]) {
      const { subject, text, html } = written(name, () => evil);
      expect(html).not.toContain("<img");
      expect(subject).not.toMatch(/[\r\n]/);
      expect(text).not.toContain("\nBcc:");
      expect(html.match(/<a /g)?.length ?? 0).toBe("path" in emailTemplates[name] ? 1 : 0);
    }
  });

  test("are an operator's own where the folder has them", () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, "password-changed.txt"), "Subject: Neues Passwort\r\n\r\nGeändert am {{at}}.\n");
    writeFileSync(join(folder.path, "verify-email.html"), `<a href="{{link}}">Bei {{appName}} bestätigen</a>`);
    writeFileSync(join(folder.path, "notes.md"), "Not a text.");
    const changed = written("password-changed", (name) => (name === "at" ? "<1. Mai>" : name), folder.path);
    expect(changed).toMatchObject({ subject: "Neues Passwort", text: "Geändert am <1. Mai>.\n" });
    expect(changed.html).toContain("<p>Geändert am &lt;1. Mai&gt;.</p>");
    const verify = written("verify-email", undefined, folder.path);
    expect(verify.html).toBe(`<a href="${verify.link}">Bei [appName] bestätigen</a>`);
    expect(verify.subject).toBe(emailTemplates["verify-email"].subject);
  });

  test("of an operator that would be ignored, or sent with a gap, are refused", () => {
    const cases: [file: string, content: string, sentence: string][] = [
      ["verify-emial.txt", "Subject: A\n\nB {{link}}", "MAIL_TEMPLATES: verify-emial.txt is the text of no email."],
      ["verify-email.txt", "A\n\nB {{link}}", "MAIL_TEMPLATES: verify-email.txt must be a line with Subject:"],
      ["verify-email.txt", "Subject: A\nB {{link}}", "MAIL_TEMPLATES: verify-email.txt must be a line with Subject:"],
      ["verify-email.txt", "Subject: A\n\n", "MAIL_TEMPLATES: verify-email.txt must "],
      ["verify-email.txt", "Subject: A\n\nB", "MAIL_TEMPLATES: verify-email.txt must have {{link}}."],
      ["verify-email.html", "<p>B</p>", "MAIL_TEMPLATES: verify-email.html must have {{link}}."],
      ["password-changed.html", "{{name}}", "MAIL_TEMPLATES: password-changed.html has {{name}}, which"],
      ["password-changed.html", "{{link}}", "MAIL_TEMPLATES: password-changed.html has {{link}}, which"],
    ];
    for (const [file, content, sentence] of cases) {
      using folder = temporaryFolder();
      writeFileSync(join(folder.path, file), content);
      expect(() => readOwnTemplates(folder.path)).toThrow(sentence);
    }
  });
});
