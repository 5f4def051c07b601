import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openMailedTokens } from "../../src/crypto/id-tokens";
import { openKeyring } from "../../src/crypto/keyring";
import { openEmailRenderer } from "../../src/mail/render";
import { emailTemplates } from "../../src/mail/templates";

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
  const names = placeholders(subject + text).filter((placeholder) => placeholder !== "link");
  const values = Object.fromEntries(names.map((placeholder) => [placeholder, value(placeholder)]));
  return openEmailRenderer(
    "https://bask.test",
    tokens,
    folder,
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
    const folder = mkdtempSync(join(tmpdir(), "bask-letters-"));
    writeFileSync(join(folder, "password-changed.txt"), "Subject: Neues Passwort\n\nGeändert am {{at}}.\n");
    writeFileSync(join(folder, "verify-email.html"), `<a href="{{link}}">Bestätigen</a>`);
    const changed = written("password-changed", () => "<1. Mai>", folder);
    expect(changed).toMatchObject({ subject: "Neues Passwort", text: "Geändert am <1. Mai>.\n" });
    expect(changed.html).toContain("<p>Geändert am &lt;1. Mai&gt;.</p>");
    const verify = written("verify-email", undefined, folder);
    expect(verify.html).toBe(`<a href="${verify.link}">Bestätigen</a>`);
    expect(verify.subject).toBe(emailTemplates["verify-email"].subject);
    rmSync(folder, { recursive: true });
  });
});
