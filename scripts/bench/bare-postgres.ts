/** A refresh without Bask: a transaction of one conditional UPDATE, straight through Bun's client. */
const sql = new Bun.SQL(process.env.DATABASE_URL!, { max: 16 });
await sql`create table bare_sessions as select * from sessions`; // rows of its own: Bask's would look stolen
await sql`alter table bare_sessions add primary key (row_id)`;

Bun.serve({
  port: Number(process.env.PORT),
  hostname: "127.0.0.1",
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/health") return new Response("ok");
    const row = Number(pathname.split("/").at(-1));
    const [rotated] = await sql.begin(
      (tx) =>
        tx`update bare_sessions set generation = generation + 1, last_used_at = now() where row_id = ${row} and ended_at is null returning *`,
    );
    return Response.json({ generation: rotated?.generation });
  },
});

export {};
