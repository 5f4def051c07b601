import type { App } from "../app";

/** The ways of signing in that this installation has, as sessions and policies name them. */
export const signInMethods = ({ providers }: App): readonly string[] => [
  "password",
  "passkey",
  "email-link",
  ...providers.keys(),
];
