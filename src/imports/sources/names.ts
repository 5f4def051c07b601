/** Every system that users can be imported from, as `--from` takes it and as it is kept beside external ids. */
export const sourceNames = [
  "auth0",
  "clerk",
  "supabase",
  "firebase",
  "keycloak",
  "django",
  "better-auth",
  "bask",
] as const;

export type SourceName = (typeof sourceNames)[number];

export const isSourceName = (text: string): text is SourceName => (sourceNames as readonly string[]).includes(text);
