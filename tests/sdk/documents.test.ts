import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { isBaskError } from "../../src/sdk/client";
import { temporaryFolder } from "../support/process";
import { openWorld, type Person, type World } from "../support/world";

const root = join(import.meta.dir, "../..");
const text = readFileSync(join(root, "docs/sdk.md"), "utf8");
const sections = text.split(/^##+ /m).map((section) => [section.split("\n")[0]!, section] as const);
const blocksOf = (section: string, kinds = "tsx?") =>
  [...section.matchAll(new RegExp(`^\`\`\`(${kinds})\n(.*?)^\`\`\`$`, "gms"))].map(([, kind, code]) => ({
    kind: kind!,
    code: code!,
  }));

let world: World;
let ada: Person;
let id: string;
const folder = temporaryFolder();
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
  await world.verify(ada);
  ({ id } = await ada.bask.organizations.create({ name: "Analytical Engines" }));
});
afterAll(async () => {
  await world.close();
  folder[Symbol.dispose]();
});

describe("docs/sdk.md", () => {
  test("has only examples that compile", async () => {
    const sources: Record<string, string> = {
      bask: "client",
      "bask/admin": "admin",
      "bask/react": "react",
      "bask/server": "server",
    };
    const given: Record<string, string> = {
      bask: 'import("bask").Bask',
      email: "string",
      password: "string",
      code: "string",
      url: "string",
      id: "string",
      gatewayKey: "string",
      webhookSecret: "string",
      request: "Request",
      app: "any",
      express: "any",
      verifyApiKey: 'import("bask/server").ApiKeyVerifier',
    };
    const exported = {
      createClient: "bask",
      withAdmin: "bask/admin",
      isBaskError: "bask",
      verifyAccessToken: "bask/server",
      verifyWebhook: "bask/server",
    };
    for (const [i, { kind, code }] of blocksOf(text).entries()) {
      const uses = (name: string) => new RegExp(`\\b${name}\\b`).test(code);
      const defines = (name: string) => new RegExp(`(const|import) (?:(?! of )[^;="])*\\b${name}\\b`).test(code);
      const prelude = [
        ...Object.entries(exported).map(([name, from]) =>
          uses(name) && !defines(name) ? `import { ${name} } from "${from}";` : "",
        ),
        ...Object.entries(given).map(([name, type]) => (defines(name) ? "" : `declare const ${name}: ${type};`)),
      ];
      writeFileSync(
        join(folder.path, `block${i}.${kind}`),
        `${prelude.filter(Boolean).join("\n")}\n${code}\nexport {};\n`,
      );
    }
    symlinkSync(join(root, "node_modules"), join(folder.path, "node_modules"));
    const paths = Object.fromEntries(
      Object.entries(sources).map(([name, file]) => [name, [join(root, `src/sdk/${file}.ts`)]]),
    );
    const compilerOptions = {
      strict: true,
      noImplicitAny: false,
      noEmit: true,
      skipLibCheck: true,
      target: "esnext",
      module: "preserve",
      jsx: "react-jsx",
      lib: ["esnext", "dom", "dom.iterable"],
      types: ["bun-types"],
      paths,
    };
    writeFileSync(join(folder.path, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["block*"] }));
    const tsc = Bun.spawn([join(root, "node_modules/.bin/tsc"), "-p", folder.path], { stdout: "pipe" });
    expect(await new Response(tsc.stdout).text()).toBe("");
  });

  const running = sections.filter(([title]) => ["Calls", "Errors", "The session"].includes(title));
  test.each(running)("%s: its examples run", async (_, section) => {
    const names = ["bask", "id", "isBaskError", "console"];
    const quiet = { log: () => {} };
    for (const { code } of blocksOf(section)) {
      const script = new Bun.Transpiler({ loader: "ts" }).transformSync(code).replaceAll(/^import .*$/gm, "");
      const run = new Function(...names, `return (async () => {{ ${script} }})()`);
      const outcome = run(ada.bask, id, isBaskError, quiet) as Promise<void>;
      // Its route is one of a product.
      if (code.includes("/projects")) await expect(outcome).rejects.toMatchObject({ code: "NOT_FOUND" });
      else await outcome;
    }
  });

  /** A webhook as Bask sends it, signed with two secrets as while one is rotated. */
  function delivery() {
    const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const now = new Date();
    const body = '{"type":"member.left"}';
    const headers = {
      "Webhook-Id": "evt_1",
      "Webhook-Timestamp": String(Math.floor(now.getTime() / 1_000)),
      "Webhook-Signature": `v1,AAAA ${new Webhook(secret).sign("evt_1", now, body)}`,
    };
    return { secret, body, headers };
  }

  const python = Bun.which("python3");
  if (!python) console.log("SKIP the recipe for Python: there is no python3 on the PATH.");
  test.skipIf(!python)("Python: the recipe verifies webhooks and keys", async () => {
    const recipe = blocksOf(text, "python")[0]!.code;
    const { secret, body, headers } = delivery();
    const { key } = await ada.bask.apiKeys.create(id, { name: "Gateway", scopes: ["api-keys:verify"] });
    mkdirSync(join(folder.path, "python"));
    writeFileSync(
      join(folder.path, "python/recipe.py"),
      `${recipe}
headers = json.loads(${JSON.stringify(JSON.stringify(headers))})
body = ${JSON.stringify(body)}.encode()
print(verify_webhook(body, headers, "${secret}")["type"])
headers_in_other_words = {**headers, "Webhook-Signature": "v1,\\u00e9"}
try:
    verify_webhook(body, headers_in_other_words, "${secret}")
except ValueError as error:
    print(error)
for wrong in (body + b" ", body.replace(b"left", b"came")):
    try:
        verify_webhook(wrong, headers, "${secret}")
        print("accepted")
    except ValueError as error:
        print(error)
for asked in ("${key}", ""):
    answer = verify_api_key("${world.url}", "${key}", asked, "members:read")
    print(answer["valid"], answer["code"])
try:
    verify_api_key("http://127.0.0.1:9", "${key}", "${key}", "members:read")
except OSError:
    print("no answer")
`,
    );
    const child = Bun.spawn([python!, "recipe.py"], {
      cwd: join(folder.path, "python"),
      stdout: "pipe",
      stderr: "pipe",
    });
    const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    expect([stdout, stderr]).toEqual([
      "member.left\nnot signed\nnot signed\nnot signed\nFalse INSUFFICIENT_SCOPE\nFalse NOT_FOUND\nno answer\n",
      "",
    ]);
  });

  const go = Bun.which("go");
  if (!go) console.log("SKIP the recipe for Go: there is no go on the PATH.");
  test.skipIf(!go)("Go: the recipe verifies webhooks and keys", async () => {
    const recipe = blocksOf(text, "go")[0]!.code;
    const { secret, body, headers } = delivery();
    const quoted = (value: string) => JSON.stringify(value);
    const pairs = Object.entries(headers).map(([name, value]) => `header.Set(${quoted(name)}, ${quoted(value)})`);
    const { key } = await ada.bask.apiKeys.create(id, { name: "Go's gateway", scopes: ["api-keys:verify"] });
    const packages = [
      "bytes",
      "context",
      "crypto/hmac",
      "crypto/sha256",
      "encoding/base64",
      "encoding/json",
      "fmt",
      "net/http",
      "strconv",
      "strings",
      "time",
    ];
    const program = `package main
import (${packages.map(quoted).join("; ")})
${recipe}
func main() {
	header := http.Header{}
	${pairs.join("\n\t")}
	for _, body := range []string{${quoted(body)}, ${quoted(`${body} `)}} {
		fmt.Println(VerifyWebhook([]byte(body), header, ${quoted(secret)}), VerifyWebhook([]byte(body), http.Header{}, ${quoted(secret)}))
	}
	for _, asked := range [][]string{{${quoted(world.url)}, ${quoted(key)}}, {${quoted(world.url)}, ""}, {"http://127.0.0.1:9", ""}} {
		found, err := VerifyAPIKey(context.Background(), asked[0], ${quoted(key)}, asked[1], "api-keys:verify")
		fmt.Println(found.Valid, found.Code, found.OrganizationID, err != nil)
	}
}
`;
    mkdirSync(join(folder.path, "go"));
    writeFileSync(join(folder.path, "go/main.go"), program);
    const child = Bun.spawn([go!, "run", "main.go"], {
      cwd: join(folder.path, "go"),
      env: { ...process.env, GOCACHE: join(folder.path, "go/cache"), GOPROXY: "off" },
      stdout: "pipe",
      stderr: "pipe",
    });
    const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    expect([stdout, stderr]).toEqual([
      `true false\nfalse false\ntrue VALID ${id} false\nfalse NOT_FOUND  false\nfalse   true\n`,
      "",
    ]);
  });
});
