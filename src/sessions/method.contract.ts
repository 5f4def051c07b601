import { about, text } from "../shapes.contract";

export const MethodName = text(40).meta(
  about("A way of signing in: `password`, `passkey`, `email-link`, or the name of a provider.", "passkey"),
);
