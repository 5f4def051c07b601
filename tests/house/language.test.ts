import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Glob } from "bun";

const root = join(import.meta.dir, "../..");
const texts = [
  ...[...new Glob("{src,scripts}/**/*.ts").scanSync(root)].filter((file) => !/node_modules|\/text\/de\//.test(file)),
  ...new Glob("docs/**/*.md").scanSync(root),
  ...["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", ".env.example"],
].sort();

/** Words that are not the field's terms or not American spelling, each with what to write. */
const words: Readonly<Record<string, string>> = {
  "e-mails?": "email",
  "licen[c]es?": "license",
  "enrolments?": "enrollment",
  "catalogues?": "catalog",
  "normalis\\w+": "normalize",
  "authoris\\w+": "authorize",
  "organis\\w+": "organize",
  "behaviour\\w*": "behavior",
  "cancelled|cancelling": "canceled, canceling",
  "nobody|whoever|everybody|somebody": "no one, anyone who, everyone, someone",
  "betray\\w*": "reveal, detect",
  "letters?": "email, or character where one is meant",
  learnt: "learned",
};

/** Where a word means what it says: letters of an alphabet. */
const meant =
  /E-Mail bestätigen|lowercase letters|sentence is left out: only sh|capital letter|letters of (every|such)|Scripts whose letters|between letters|must be a letter, then letters|prefix of three letters|small letters|letter\.toUpperCase|letter: string|(first|random|one) letters?|by any letter/i;

test("code, documents and emails are written in plain American English and the field's terms", () => {
  const found = texts.flatMap((file) =>
    readFileSync(join(root, file), "utf8")
      .split("\n")
      .flatMap((line, i) =>
        Object.entries(words).flatMap(([word, better]) =>
          new RegExp(`(?<![\\w-])(${word})(?![\\w-])`, "i").test(line) && !meant.test(line)
            ? [`${file}:${i + 1} ${line.trim().slice(0, 80)} (write: ${better})`]
            : [],
        ),
      ),
  );
  expect(found).toEqual([]);
});
