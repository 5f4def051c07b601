import { randomBytes } from "node:crypto";
import type { App } from "../../src/app";
import { type Config, parseConfig } from "../../src/config/config";
import { openLog } from "../../src/log";
import { deliverEmails } from "../../src/mail/delivery";
import type { Mailer } from "../../src/mail/mailer";
import type { Message } from "../../src/mail/render";
import type { EmailName } from "../../src/mail/templates";
import { closeApp, openApp } from "../../src/open-app";
import type { Resolve } from "../../src/outbound/target";
import { systemClock } from "../../src/sdk/clock";
import { openServer } from "../../src/server/server";
import { answerEmailRequests } from "../../src/users/email-requests";
import { type Bask, createClient } from "./client";
import { type TestTime, testTime } from "./clock";
import { newDatabase } from "./databases";

export interface Person {
  email: string;
  password: string;
  fullName: string;
  /** The SDK, signed in as this person. */
  bask: Bask;
}

/** A running Bask with a database and a clock of its own. */
export interface World {
  app: App;
  url: string;
  time: TestTime;
  /** Every line it logged. */
  log: string[];
  /** Confirms a person's address with the letter and the password. */
  verify(person: Pick<Person, "email" | "password">): Promise<void>;
  /** Sends the letters that are due and gives all that this address has received, the latest last. */
  emailsTo(email: string): Promise<Message[]>;
  /** The token in the link of the latest letter of a kind to an address. */
  tokenTo(email: string, message: EmailName): Promise<string>;
  /** The SDK without a credential. */
  visitor: Bask;
  /** Creates an account and signs in; where emails must be verified, after that. */
  person(name: string): Promise<Person>;
  /** Signs in once more: another device. */
  signIn(person: Pick<Person, "email" | "password">, twoFactorCode?: string): Promise<Bask>;
  /** The SDK with an API key. */
  machine(apiKey: string): Bask;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

export interface WorldOptions {
  config?: Partial<Config>;
  time?: TestTime;
  /** A database that is there already, as another process of the same installation would find it. */
  databaseUrl?: string;
  /** Takes the letters. Without it they are kept for `lettersTo`, or go to the server of `config.smtp`. */
  mailer?: Mailer;
  /** Hashes passwords at the cost of the program. Most tests are about something else and spend next to nothing on it. */
  fullPasswordCost?: boolean;
  /** Resolves the host names of webhooks. */
  resolve?: Resolve;
  /** A certificate that such hosts may have. */
  ca?: string;
  /** Where it listens, for pages whose origin must be known before; else on a port of its own. */
  port?: number;
}

/** The secret of every test installation, so that processes which share a database share it too. */
export const testSecret = randomBytes(32);
const open = new Set<World>();
/** The test file whose worlds are open. */
let currentFile: string | undefined;

export async function openWorld({
  config,
  time = testTime(),
  databaseUrl,
  mailer,
  port = 0,
  fullPasswordCost = false,
  ...outbound
}: WorldOptions = {}): Promise<World> {
  await closeOtherFiles();
  const database = databaseUrl === undefined ? await newDatabase() : undefined;
  const log: string[] = [];
  const defaults = parseConfig({
    DATABASE_URL: databaseUrl ?? database!.url,
    SECRET_KEY: testSecret.toString("base64url"),
    PUBLIC_URL: "https://bask.test",
    LOG_LEVEL: "debug",
    AUTH_RATE_LIMIT: "1000000",
    USER_RATE_LIMIT: "1000000",
    DATABASE_POOL: "8",
  });
  const complete = { ...defaults, ...config };
  const received: Message[] = [];
  const app = await openApp(complete, {
    ...outbound,
    ...(!fullPasswordCost && { passwordCost: { memoryCost: 64, timeCost: 1, parallelism: 1 } }),
    time,
    log: openLog(complete, { write: (line) => log.push(line) }),
    ...(!complete.smtp && { mailer: mailer ?? keepIn(received) }),
  });
  const server = openServer(app).listen({ port, hostname: "127.0.0.1" });
  const url = `http://127.0.0.1:${server.port}`;
  // A test waits for nothing and sees every refusal; its clients have its clock.
  const clock = { ...systemClock, now: time.now };
  const connect = (credential?: { apiKey: string }) => createClient({ url, clock, retries: 0, ...credential });

  let delivery = Promise.resolve();
  const world: World = {
    app,
    url,
    time,
    log,
    async verify({ email, password }) {
      await connect().auth.verifyEmail({
        token: await world.tokenTo(email, "verify-email"),
        password,
      });
    },
    async emailsTo(email) {
      // One after the other: what another call is sending at this moment is not there yet.
      delivery = delivery.then(async () => {
        await answerEmailRequests(app);
        while ((await deliverEmails(app)) > 0);
      });
      await delivery;
      return received.filter(({ to }) => to === email);
    },
    async tokenTo(email, template) {
      const link = (await world.emailsTo(email)).findLast((message) => message.template === template)?.link;
      if (!link) throw new Error(`${email} has no email ${template} with a link.`);
      return new URL(link).hash.slice("#token=".length);
    },
    visitor: connect(),
    async person(name) {
      const email = `${name.toLowerCase()}@example.com`;
      const password = `${name} likes long passwords`;
      const fullName = `${name} Example`;
      await world.visitor.auth.register({ email, password, fullName });
      if (complete.emailVerification === "required") await world.verify({ email, password });
      const bask = connect();
      await bask.auth.login({ email, password });
      return { email, password, fullName, bask };
    },
    async signIn({ email, password }, twoFactorCode) {
      const bask = connect();
      await bask.auth.login({ email, password, ...(twoFactorCode !== undefined && { twoFactorCode }) });
      return bask;
    },
    machine: (apiKey) => connect({ apiKey }),
    fetch: (path, init) => fetch(url + path, init),
    async close() {
      open.delete(world);
      await server.stop(true);
      await closeApp(app);
      await database?.remove();
    },
  };
  open.add(world);
  return world;
}

/** Files run one after the other: with the first world of one, those of the one before give their connections back. */
async function closeOtherFiles() {
  if (currentFile === Bun.main) return;
  currentFile = Bun.main;
  await closeEverything();
}

export async function closeEverything() {
  for (const world of open) await world.close();
}

const keepIn = (emails: Message[]): Mailer => ({
  send: async (message) => void emails.push(message),
  close: async () => {},
});
