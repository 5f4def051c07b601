import { type ConnectOptions, openConnection } from "./connection";
import { BaskError } from "./error";
import { machineCalls } from "./machines";
import { operatorCalls } from "./operators";
import { organizationCalls } from "./organizations";
import { peopleCalls } from "./people";

/**
 * A typed client for browsers, Bun and Node. It refreshes the access token by itself when it has expired, once for all
 * calls that wait for it, and repeats them. Every refusal is thrown as a BaskError.
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
    /** Calls a route that this client has no name for: your own. */
    call,
    whoami: () => call<{ type: "user" | "api_key" } & Record<string, unknown>>("GET", "/whoami"),
  };
}

export type Bask = ReturnType<typeof connect>;
export type { ConnectOptions, TokenPair } from "./connection";
export { BaskError };
