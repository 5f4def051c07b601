import { defineConfig } from "drizzle-kit";

/**
 * One configuration for both dialects: the scheme of DATABASE_URL chooses, exactly as it does for the server.
 * Use `bun run migration NAME`, which runs the generator once for each, so that the two folders stay in step.
 */
const postgres = /^postgres(ql)?:/.test(process.env.DATABASE_URL ?? "");

export default defineConfig({
  dialect: postgres ? "postgresql" : "sqlite",
  schema: "./src/db/tables.ts",
  out: postgres ? "./drizzle/postgres" : "./drizzle/sqlite",
});
