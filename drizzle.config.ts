import { defineConfig } from "drizzle-kit";

/**
 * One configuration for both dialects: the scheme of DATABASE_URL chooses, exactly as it does for the server. With MIGRATION_SOURCE=extension it is
 * for the tables of the product. Use `bun run migration NAME`, which runs the generator once for each dialect, so that the two folders stay in
 * step.
 */
const postgres = /^postgres(ql)?:/.test(process.env.DATABASE_URL ?? "");
const folder = postgres ? "postgres" : "sqlite";
const isExtension = process.env.MIGRATION_SOURCE === "extension";

export default defineConfig({
  dialect: postgres ? "postgresql" : "sqlite",
  schema: isExtension ? "./src/extensions/tables.ts" : "./src/db/tables.ts",
  out: isExtension ? `./drizzle/extensions/${folder}` : `./drizzle/${folder}`,
});
