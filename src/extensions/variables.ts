import type { Variable } from "../config/variable";

/** Environment variables of your product, declared like Bask's own in `config/variables.ts`. Rules find their values in `app.config.extension`. */
export const extensionVariables = {} as const satisfies Record<string, Variable>;
