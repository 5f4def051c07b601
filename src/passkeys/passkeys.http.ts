import { route } from "../http/route";
import { kept } from "../sessions/cookie.http";
import { LoggedIn } from "../sessions/sessions.contract";
import { countedSignIn } from "../sessions/sign-in";
import { identityErrors } from "../users/reauthenticate";
import { Identity } from "../users/users.contract";
import { startPasskeyUse } from "./assertions";
import { addPasskey, listPasskeys, removePasskey, renamePasskey, startPasskeyCreation } from "./passkeys";
import {
  AcceptedPasskeys,
  AddPasskey,
  CreationOptions,
  Passkey,
  Passkeys,
  RenamePasskey,
  RequestOptions,
  SignInWithPasskey,
} from "./passkeys.contract";
import { signInWithPasskey } from "./sign-in";

export const passkeyRoutes = [
  route("POST", "/auth/passkeys/options", {
    operationId: "startPasskeyLogin",
    access: "anyone",
    throttle: "session",
    summary: "Get what a browser needs to use a passkey: to sign in, as second factor, or to confirm an identity",
    description:
      "Returns what a browser needs to use a passkey. What it then returns goes to `POST /auth/passkeys/login`, or as `passkey` to a route that asks who you are.",
    response: RequestOptions,
    run: ({ app }) => startPasskeyUse(app),
  }),
  route("POST", "/auth/passkeys/login", {
    operationId: "loginWithPasskey",
    access: "anyone",
    throttle: "credentials",
    summary: "Sign in with a passkey",
    description: "Opens a session with a passkey, which counts as both factors.",
    errors: [
      "INVALID_CHALLENGE",
      "INVALID_CREDENTIALS",
      "ACCOUNT_TEMPORARILY_LOCKED",
      "FORBIDDEN",
      "TWO_FACTOR_REQUIRED",
      "INVALID_PASSKEY",
    ],
    body: SignInWithPasskey,
    response: LoggedIn,
    async run({ app, actor, body: { session, passkey }, request, headers }) {
      return kept(app, await countedSignIn(app, signInWithPasskey(app, actor, { passkey })), session, request, headers);
    },
  }),
  route("GET", "/users/me/passkeys", {
    operationId: "listPasskeys",
    access: "user",
    summary: "List your passkeys",
    description: "Lists your passkeys, with when each was last used.",
    response: Passkeys,
    run: ({ app, actor }) => listPasskeys(app, actor),
  }),
  route("POST", "/users/me/passkeys/options", {
    operationId: "startPasskeyCreation",
    access: "user",
    throttle: "credentials",
    summary: "Get what a browser needs to create a passkey",
    description:
      "Returns what a browser needs to create a passkey. Asks for your identity again unless you signed in within the last ten minutes.",
    errors: [...identityErrors, "FORBIDDEN", "PLAN_LIMIT_REACHED", "CONFLICT"],
    body: Identity,
    response: CreationOptions,
    run: ({ app, actor, body }) => startPasskeyCreation(app, actor, body),
  }),
  route("POST", "/users/me/passkeys", {
    operationId: "addPasskey",
    access: "user",
    summary: "Add the passkey that a browser created",
    description: "Adds a passkey that a browser created with the options from this server.",
    errors: ["INVALID_CHALLENGE", "CONFLICT", "PLAN_LIMIT_REACHED", "REAUTHENTICATION_REQUIRED", "INVALID_PASSKEY"],
    body: AddPasskey,
    response: Passkey,
    status: 201,
    run: ({ app, actor, body }) => addPasskey(app, actor, body),
  }),
  route("PATCH", "/users/me/passkeys/:id", {
    operationId: "renamePasskey",
    access: "user",
    throttle: "credentials",
    summary: "Rename a passkey",
    description: "Changes what a passkey is called.",
    errors: [...identityErrors],
    body: RenamePasskey,
    response: Passkey,
    run: ({ app, actor, params, body }) => renamePasskey(app, actor, params.id, body),
  }),
  route("DELETE", "/users/me/passkeys/:id", {
    operationId: "deletePasskey",
    access: "user",
    throttle: "credentials",
    summary: "Remove a passkey; other sessions end",
    description: "Removes a passkey and ends your other sessions. Returns the passkeys that are left.",
    errors: [...identityErrors, "CONFLICT"],
    body: Identity,
    response: AcceptedPasskeys,
    run: ({ app, actor, params, body }) => removePasskey(app, actor, params.id, body),
  }),
];
