import { text } from "../shapes.contract";

/** A way of signing in: `password`, `passkey`, `email-link`, or the name of a provider. */
export const MethodName = text(40);
