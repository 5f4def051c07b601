import { type Dialect, dialectOf } from "../config/database-url";
import { environment, givenSecret } from "../config/environment";

export type { Dialect };

/** One process speaks one dialect: the tables are built in it when they are first imported. */
export const dialect: Dialect = configuredDialect();

/** A variable that cannot be read is `parseConfig`'s to refuse. */
function configuredDialect(): Dialect {
  try {
    return dialectOf(givenSecret("DATABASE_URL", environment));
  } catch {
    return "sqlite";
  }
}
