import { type AdminBask, withAdmin } from "../../src/sdk/admin";
import { type ClientOptions, createClient as createPlainClient } from "../../src/sdk/client";

/** The SDK as tests use it: any of its users may be an operator. */
export type Bask = AdminBask;

export const createClient = (options: ClientOptions): Bask => withAdmin(createPlainClient(options));
