/**
 * The ceilings Bask is held against: Elysia with nothing behind it but the bodies and headers of Bask's own answers, a bare
 * query of better-sqlite3 and a bare verification of argon2.
 */
import { hash, verify } from "@node-rs/argon2";
import Database from "better-sqlite3";
import { Elysia } from "elysia";

export interface BareAnswers {
  [name: string]: { body: unknown; headers: Record<string, string> };
}

const answers = JSON.parse(process.env.ANSWERS!) as BareAnswers;
const app = new Elysia().get("/health", () => "ok").post("/echo", ({ body }) => body);

for (const [name, { body, headers }] of Object.entries(answers)) {
  app.get(`/${name}/plain`, () => body);
  app.get(`/${name}/headers`, ({ set }) => {
    Object.assign(set.headers, headers);
    return body;
  });
}

const database = new Database(process.env.FILE!, { readonly: true });
const members = database.prepare(`
  select m.id, m.user_id as userId, u.email, u.full_name as fullName, m.role, m.created_at as joinedAt
  from memberships m join users u on u.id = m.user_id where m.organization_id = ? and m.id > ? order by m.id limit ?`);
app.get("/members", () => ({ data: members.all(process.env.ORGANIZATION!, "", 51), nextCursor: null }));

const stored = await hash("a long enough password", { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
app.post("/argon2", async ({ body }) => ({ right: await verify(stored, (body as { password: string }).password) }));

app.listen({ port: Number(process.env.PORT), hostname: "127.0.0.1" });
