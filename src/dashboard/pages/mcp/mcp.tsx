import type { ReactNode } from "react";
import { Link } from "wouter";
import { mcpUrl, product } from "../../data/client";
import { text } from "../../text";
import { Code } from "../../ui/copy";
import { PageHead } from "../../ui/page";
import { Section } from "../../ui/section";
import { configurations } from "./configurations";

const words = text.mcp;

/** Where agents connect to, and what each client needs for that, ready to copy. */
export default function Mcp() {
  const { claude, cursor, code, codex, other } = configurations(product, mcpUrl, words.codePrompt(product));
  return (
    <>
      <PageHead title={words.title} about={words.about} />
      <Section title={words.server} about={words.serverAbout}>
        <div className="stack">
          <Code value={mcpUrl} />
          <p>
            {words.key} <Link to="/keys">{words.createKey}</Link>
          </p>
        </div>
      </Section>
      <Client title={words.claude} about={words.claudeAbout} value={claude} />
      <Client title={words.cursor} about={words.cursorAbout} value={cursor} />
      <Client title={words.code} about={words.codeAbout} value={code} />
      <Client title={words.codex} about={words.codexAbout} value={codex} />
      <Client title={words.others} about={words.othersAbout} value={other} />
    </>
  );
}

const Client = ({ title, about, value }: { title: string; about: ReactNode; value: string }) => (
  <Section title={title} about={about}>
    <Code value={value} label={`${text.common.copy}: ${title}`} />
  </Section>
);
