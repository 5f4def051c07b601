import { type ConnectOptions, openConnection } from "./connection";
import { BaskError } from "./error";
import { machineCalls } from "./machines";
import { operatorCalls } from "./operators";
import { organizationCalls } from "./organizations";
import { peopleCalls } from "./people";

/**
 * A typed client for browsers, Bun and Node. When the access token has expired it refreshes it, once for all calls that wait, and
 * repeats them. Every error response is thrown as a BaskError.
 */
export function connect(options: ConnectOptions) {
  const connection = openConnection(options);
  const { call, tokens } = connection;
  return {
    /** The tokens in use. */
    tokens,
    ...peopleCalls(connection),
    ...organizationCalls(connection),
    ...machineCalls(connection),
    ...operatorCalls(connection),
    /** Calls any route, such as one of your own. */
    call,
    whoami: () => call<{ type: "user" | "api_key" } & Record<string, unknown>>("GET", "/whoami"),
  };
}

export type Bask = ReturnType<typeof connect>;
export type { ConnectOptions, TokenPair } from "./connection";
export { BaskError };
