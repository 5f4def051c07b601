/**
 * The ceilings Bask is held against: Elysia with nothing behind it but the bodies and headers of Bask's own answers, and
 * a bare query of better-sqlite3 behind Elysia.
 */
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

app.listen({ port: Number(process.env.PORT), hostname: "127.0.0.1" });
