#!/usr/bin/env bun
/**
 * A prompt with an open app and every rule, for looking into an installation and trying things out: `bun run console`.
 * Each noun is a name that holds its rules: `await organizations.createOrganization(app, await actorOf("ada@example.com"), {...})`.
 */
import { join } from "node:path";
import { type REPLServer, start } from "node:repl";
import { Glob } from "bun";
import type { UserActor, Visitor } from "../src/access/actor";
import type { App } from "../src/app";
import { newId } from "../src/ids";
import { findUserByEmail } from "../src/users/users.sql";
import { parseArguments } from "./arguments";
import { inInstallation } from "./installation";

parseArguments("bun run console");

const src = join(import.meta.dir, "../src");
const origin = { requestId: "console", ip: "127.0.0.1", userAgent: "bun run console" };
const visitor: Visitor = { kind: "visitor", origin };

await inInstallation(async (app) => {
  const rules = await importRules();
  console.log(`app, visitor, await actorOf(EMAIL), and the rules of: ${Object.keys(rules).join(", ")}`);
  await closed(start({ prompt: "bask> " }), {
    app,
    visitor,
    actorOf: (email: string) => actorOf(app, email),
    ...rules,
  });
  return 0;
});

function closed(prompt: REPLServer, names: object): Promise<void> {
  Object.assign(prompt.context, names);
  return new Promise((resolve) => prompt.once("exit", resolve));
}

/** A person, as if they were signed in; with no session of theirs, so that rules which look for one refuse. */
async function actorOf(app: App, email: string): Promise<UserActor> {
  const user = await findUserByEmail(app.db.reader, email);
  if (!user) throw new Error(`${email} has no account.`);
  return { kind: "user", userId: user.id, sessionId: newId("ses", app.clock.now()), origin };
}

/** What the files of the rules' floor export, by noun: the folder's name in camel case. */
async function importRules(): Promise<Record<string, object>> {
  const rules: Record<string, object> = {};
  for (const file of [...new Glob("*/*.ts").scanSync(src)].sort()) {
    if (/\.(http|sql|contract)\.ts$|^(cache|config|crypto|dashboard|db|http|mail|sdk|server)\//.test(file)) continue;
    const noun = file.split("/")[0]!.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    rules[noun] = { ...rules[noun], ...(await import(join(src, file))) };
  }
  return rules;
}
