/** better-auth with its api-key, bearer and organization plugins on better-sqlite3, as its documentation sets them up. */
import { apiKey } from "@better-auth/api-key";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { bearer, organization } from "better-auth/plugins";
import Database from "better-sqlite3";

const database = new Database(process.env.FILE!);
database.pragma("journal_mode = WAL");
const port = Number(process.env.PORT);
const auth = betterAuth({
  database,
  baseURL: `http://127.0.0.1:${port}`,
  secret: "a-secret-for-the-benchmark-of-32-bytes-or-more",
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  session: { updateAge: Number(process.env.UPDATE_AGE ?? 86_400) },
  plugins: [
    bearer(),
    organization(),
    apiKey({ rateLimit: { enabled: true, timeWindow: 60_000, maxRequests: 1_000_000_000 } }),
  ],
});
await (await getMigrations(auth.options)).runMigrations();

const owner = { email: "ada@example.com", password: "a long enough password" };
const signedUp = await auth.api.signUpEmail({ body: { ...owner, name: "Ada" } });
const keys: string[] = [];
const tokens: string[] = [];
for (let i = 0; i < 1_000; i++)
  keys.push((await auth.api.createApiKey({ body: { userId: signedUp.user.id, name: "bench" } })).key);
const context = await auth.$context;
for (let i = 0; i < 1_000; i++) tokens.push((await context.internalAdapter.createSession(signedUp.user.id)).token);

Bun.serve({
  port,
  hostname: "127.0.0.1",
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/health") return new Response("ok");
    if (pathname === "/seed") return Response.json({ keys, tokens, owner });
    if (pathname === "/key") {
      const { valid, key } = await auth.api.verifyApiKey({ body: { key: request.headers.get("x-api-key") ?? "" } });
      return valid ? Response.json({ id: key!.id }) : new Response(null, { status: 401 });
    }
    if (pathname === "/session" || pathname === "/refresh") {
      const session = await auth.api.getSession({ headers: request.headers });
      return session ? Response.json({ userId: session.user.id }) : new Response(null, { status: 401 });
    }
    return auth.handler(request);
  },
});
