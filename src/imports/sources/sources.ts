import type { Fields } from "../files/import-file";
import { auth0 } from "./auth0";
import { bask } from "./bask";
import { betterAuth } from "./better-auth";
import { clerk } from "./clerk";
import { django } from "./django";
import { firebase } from "./firebase";
import { keycloak } from "./keycloak";
import type { Source } from "./source";
import { supabase } from "./supabase";

/** Every system that users can be imported from, by the name that `--from` takes and that is kept beside external ids. */
export const sources = {
  auth0,
  clerk,
  supabase,
  firebase,
  keycloak,
  django,
  "better-auth": betterAuth,
  bask,
} as const satisfies Record<string, Source>;

export type SourceName = keyof typeof sources;

export const sourceNames = Object.keys(sources) as SourceName[];

export const isSourceName = (text: string): text is SourceName => Object.hasOwn(sources, text);

/** The system that a record looks like, if it is one of them. */
export const recognize = (fields: Fields): SourceName | undefined =>
  sourceNames.find((name) => sources[name].recognizes(fields));
