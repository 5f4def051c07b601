import { describe, expect, test } from "bun:test";
import { builtIn as permissions } from "../../src/access/catalog";
import { settingsOf } from "../../src/config/variables";
import { german, translate } from "../../src/dashboard/text/de";
import { groups as germanGroups, variables as germanVariables } from "../../src/dashboard/text/de/configuration";
import { findings as germanFindings } from "../../src/dashboard/text/de/findings";
import { problems as germanProblems } from "../../src/dashboard/text/de/problems";
import { english } from "../../src/dashboard/text/en";
import { type FindingCode, finding, findings } from "../../src/doctor/findings";
import { fieldMessages } from "../../src/field-messages.contract";
import { describeScope } from "../../src/oauth/scopes";
import { type ProblemCode, problems } from "../../src/problems";
import { deviceName } from "../../src/sessions/devices";

type Sentence = string | ((...input: never[]) => string);

/** Every sentence of a catalog by its path. */
function sentences(catalog: object, path = ""): Map<string, Sentence> {
  return new Map(
    Object.entries(catalog).flatMap(([name, value]): [string, Sentence][] =>
      typeof value === "object" ? [...sentences(value, `${path}${name}.`)] : [[`${path}${name}`, value as Sentence]],
    ),
  );
}

/** Words that both languages have: names, and terms of the field. */
const shared = new Set(
  `~/.codex/config.toml: API-Key App Apps Bask Code Codex Claude Code Cursor Enterprise Enter Esc Free HTTP Hash ID Installation JSON Live MCP Name OK Optional Passkey Passkeys In Pipeline PostgreSQL Pro
  Scopes Server SQLite Status System Tab Team Test TypeScript URL Variable Version VS Webhook Webhooks Website Claims ↑ ↓ / ?`.split(
    /\s+/,
  ),
);
const isShared = (sentence: string) => sentence.split(" ").every((word) => shared.has(word));

describe("the catalogs of sentences", () => {
  const [en, de] = [sentences(english), sentences(german)];

  test("have the same messages", () => {
    expect([...de.keys()].toSorted()).toEqual([...en.keys()].toSorted());
  });

  test("differ in each, but for names and terms that both languages have", () => {
    const same = [...en].filter(
      ([path, sentence]) => typeof sentence === "string" && sentence === de.get(path) && !isShared(sentence),
    );
    expect(same).toEqual([]);
  });

  test("say the same of what they are given", () => {
    for (const [path, sentence] of en) {
      if (typeof sentence !== "function") continue;
      const given = ["<first>", "<second>", "<third>"].slice(0, sentence.length);
      // Numbers, people as they come from the API, and lists.
      const inputs = [given, given.map(() => 4711), [{ fullName: "<first>", email: "<second>" }, "<third>"], [given]];
      const mentioned = (say: Sentence, input: unknown[]) => {
        const said = (say as (...input: unknown[]) => string)(...input);
        return ["<first>", "<second>", "<third>", "4711"].filter((one) => said.includes(one));
      };
      const taken = inputs.filter((input) => {
        try {
          return mentioned(sentence, input).length > 0;
        } catch {
          return false;
        }
      });
      expect([path, taken.length > 0]).toEqual([path, true]);
      for (const input of taken)
        expect([path, mentioned(de.get(path)!, input)]).toEqual([path, mentioned(sentence, input)]);
    }
  });
});

describe("what the API says, in German", () => {
  /** What only programs do wrong; the dashboard does none of it. */
  const ofPrograms = new Set<ProblemCode>([
    "BAD_REQUEST",
    "INVALID_API_KEY",
    "INSUFFICIENT_SCOPE",
    "METHOD_NOT_ALLOWED",
    "UNSUPPORTED_MEDIA_TYPE",
    "INVALID_GRANT",
    "UNAUTHORIZED_CLIENT",
    "UNSUPPORTED_GRANT_TYPE",
    "UNSUPPORTED_RESPONSE_TYPE",
    "INVALID_CLIENT_METADATA",
    "INVALID_TARGET",
    "ACCESS_DENIED",
    "INTERACTION_REQUIRED",
    "AUTHORIZATION_PENDING",
    "SLOW_DOWN",
  ]);
  /** Of a code that people meet too. */
  const reasonsOfPrograms =
    /^(UNAUTHORIZED\.(malformed_authorization|invalid_access_token|other_resource|agent_credential_required|invalid_signature|token_not_accepted|unprotected_ref)|FORBIDDEN\.(key_ip_not_allowed|key_beyond_resources|key_beyond_ips|live_by_test_key|own_key_bounds|origin_missing)|INVALID_REQUEST\.(missing_client|two_client_credentials|missing_challenge|missing_response_type|response_mode|request_object|incomplete)|PAYLOAD_TOO_LARGE\.tool_result|UNSUPPORTED_MEDIA_TYPE\.form|VALIDATION_ERROR\.idempotency_key_reused|RATE_LIMITED\.(organization|user))$/;

  const all = new Map(
    Object.entries(problems).flatMap(([code, { message, reasons = {} }]) => [
      [code, message] as const,
      ...Object.entries(reasons).map(([reason, sentence]) => [`${code}.${reason}`, sentence as string] as const),
    ]),
  );

  test("is each error that a person can meet", () => {
    const met = [...all.keys()].filter(
      (key) => !ofPrograms.has(key.split(".")[0] as ProblemCode) && !reasonsOfPrograms.test(key),
    );
    expect(Object.keys(germanProblems).toSorted()).toEqual(met.toSorted());
  });

  test("keeps the number of a limit", () => {
    const said = translate.problem({
      code: "PLAN_LIMIT_REACHED",
      reason: "api_keys",
      message: all.get("PLAN_LIMIT_REACHED.api_keys")!.replace("{limit}", "25"),
    });
    expect(said).toStartWith("Ihr Tarif erlaubt 25 aktive API-Schlüssel");
    for (const [key, sentence] of Object.entries(germanProblems))
      if (sentence.includes("{}")) expect([key, /\{\w+\}/.test(all.get(key)!)]).toEqual([key, true]);
  });

  test("stays English where a product or a later version adds an error", () => {
    const message = "The project is archived.";
    expect(translate.problem({ code: "CONFLICT", reason: "project_archived", message })).toBe(message);
    expect(translate.problem({ code: "PROJECT_ARCHIVED", message })).toBe(message);
    expect(translate.field("is not a color")).toBe("is not a color");
  });

  test("is what each field can be told, with the numbers and the lists in it", () => {
    const types = ["a string", "a number", "a whole number", "a list", "an object", "true or false", "null", "text"];
    const inputsOf: Record<string, unknown[]> = { mustBe: types, oneOf: [["a", "b"]], boundResource: [[], ["prj"]] };
    for (const [path, sentence] of sentences(fieldMessages)) {
      const said =
        typeof sentence === "string"
          ? [sentence]
          : (inputsOf[path] ?? [7]).map((input) => (sentence as (...input: unknown[]) => string)(input, "live"));
      for (const english of said) {
        expect([path, translate.field(english) === english]).toEqual([path, false]);
        if (/\b7\b/.test(english))
          expect([path, translate.field(english)]).toEqual([path, expect.stringContaining("7")]);
      }
    }
  });

  test("is what every variable does, what it is about, and what holds without it", () => {
    const settings = [...settingsOf({})];
    expect(Object.keys(germanVariables).toSorted()).toEqual(settings.map(({ name }) => name).toSorted());
    const same = new Set(["PUBLIC_URL", "APP_URL", "MAIL_FROM"]); // names and URLs
    for (const setting of settings) {
      const { group, otherwise } = translate.variable(setting);
      expect([setting.group, group === germanGroups[setting.group]]).toEqual([setting.group, true]);
      if (setting.otherwise !== null && !same.has(setting.name))
        expect([setting.name, otherwise === setting.otherwise]).toEqual([setting.name, false]);
    }
  });

  test("is what the doctor finds while the server runs, with all that it names", () => {
    const named = (sentence = "") => [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).toSorted();
    // `bask doctor` looks at these where no server runs.
    const offline = ["configuration", "schema", "secret", "database", "audit"];
    const codes = (Object.keys(findings) as FindingCode[]).filter((code) => !offline.includes(findings[code].check));
    expect(Object.keys(germanFindings).toSorted()).toEqual(codes.toSorted());
    for (const code of codes) {
      const { what, why, fix }: { what: string; why?: string; fix?: string } = findings[code];
      const [german, reason, todo] = germanFindings[code]!;
      expect([code, named(german), named(todo ?? fix)]).toEqual([code, named(what), named(fix)]);
      expect([code, german === what, reason === undefined, todo === fix]).toEqual([
        code,
        false,
        why === undefined,
        fix === undefined,
      ]);
      // A command stands as it is, and a sentence is translated.
      if (fix && todo === undefined)
        expect([code, /^(?:bask|curl|chmod|timedatectl) /.test(fix)]).toEqual([code, true]);
    }
    const found = finding("backups_made", { file: "a.gz", age: "3 h" });
    expect(translate.finding(found).what).toBe("Die letzte Sicherung, a.gz, ist 3 h alt.");
    expect(translate.finding({ ...found, code: "of_a_later_version" })).toEqual({
      ...found,
      code: "of_a_later_version",
    });
  });

  test("is what apps can be allowed, and the names of devices", () => {
    const scopes = Object.entries(permissions).flatMap(([resource, actions]) =>
      actions.map((action) => `${resource}:${action}`),
    );
    for (const scope of [...scopes, "openid", "profile", "email", "offline_access"]) {
      const description = describeScope(scope);
      expect([scope, translate.scope({ scope, description }) === description]).toEqual([scope, false]);
    }
    expect(translate.scope({ scope: "projects:archive", description: "Archive projects" })).toBe("Archive projects");
    expect(translate.device(deviceName(null))).toBe("Unbekanntes Gerät");
    expect(
      translate.device(
        deviceName("Mozilla/5.0 (Macintosh; Intel Mac OS X 14.4; rv:128.0) Gecko/20100101 Firefox/128.0"),
      ),
    ).toBe("Firefox auf macOS");
  });
});

/** What people read or hear of an element, when it is a literal. */
const spoken =
  /\b(?:children|label|title|about|help|action|placeholder|alt|caption|empty|"aria-label"): "([^"]*[a-z]{2}[^"]*)"/g;
/** Lines of code and names, which are the same in every language. */
const isCode = (literal: string) => !literal.includes(" ") && /[./@:_]/.test(literal);

test("pages show no sentence that is not in the catalogs", async () => {
  const transpiler = new Bun.Transpiler({ loader: "tsx", tsconfig: { compilerOptions: { jsx: "react-jsx" } } });
  const found: string[] = [];
  for await (const path of new Bun.Glob("src/dashboard/**/*.tsx").scan()) {
    const code = transpiler.transformSync(await Bun.file(path).text());
    for (const [, literal] of code.matchAll(spoken)) if (!isCode(literal!)) found.push(`${path}: ${literal}`);
  }
  expect(found).toEqual([]);
});
