import type { Fields } from "../files/import-file";
import { auth0 } from "./auth0";
import { bask } from "./bask";
import { betterAuth } from "./better-auth";
import { clerk } from "./clerk";
import { django } from "./django";
import { firebase } from "./firebase";
import { keycloak } from "./keycloak";
import { type SourceName, sourceNames } from "./names";
import type { Source } from "./source";
import { supabase } from "./supabase";

/** How the records of each system are read. */
export const sources = {
  auth0,
  clerk,
  supabase,
  firebase,
  keycloak,
  django,
  "better-auth": betterAuth,
  bask,
} as const satisfies Record<SourceName, Source>;

/** The system that a record looks like, if it is one of them. */
export const recognize = (fields: Fields): SourceName | undefined =>
  sourceNames.find((name) => sources[name].recognizes(fields));
