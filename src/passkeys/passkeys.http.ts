import { route } from "../http/route";
import { kept } from "../sessions/cookie.http";
import { LoggedIn } from "../sessions/sessions.contract";
import { listOf } from "../shapes.contract";
import { Identity } from "../users/users.contract";
import { startPasskeyUse } from "./assertions";
import { addPasskey, listPasskeys, removePasskey, renamePasskey, startPasskeyCreation } from "./passkeys";
import {
  AcceptedPasskeys,
  AddPasskey,
  CreationOptions,
  Passkey,
  RenamePasskey,
  RequestOptions,
  SignInWithPasskey,
} from "./passkeys.contract";
import { signInWithPasskey } from "./sign-in";

export const passkeyRoutes = [
  route("POST", "/auth/passkeys/options", {
    access: "anyone",
    throttle: "session",
    summary: "Get what a browser needs to use a passkey: to sign in, as second factor, or to confirm an identity",
    response: RequestOptions,
    run: ({ app }) => startPasskeyUse(app),
  }),
  route("POST", "/auth/passkeys/login", {
    access: "anyone",
    throttle: "credentials",
    summary: "Sign in with a passkey",
    body: SignInWithPasskey,
    response: LoggedIn,
    async run({ app, actor, body: { session, passkey }, request, headers }) {
      return kept(app, await signInWithPasskey(app, actor, { passkey }), session, request, headers);
    },
  }),
  route("GET", "/users/me/passkeys", {
    access: "user",
    summary: "List your passkeys",
    response: listOf(Passkey),
    run: ({ app, actor }) => listPasskeys(app, actor),
  }),
  route("POST", "/users/me/passkeys/options", {
    access: "user",
    throttle: "credentials",
    summary: "Get what a browser needs to create a passkey",
    body: Identity,
    response: CreationOptions,
    run: ({ app, actor, body }) => startPasskeyCreation(app, actor, body),
  }),
  route("POST", "/users/me/passkeys", {
    access: "user",
    summary: "Add the passkey that a browser created",
    body: AddPasskey,
    response: Passkey,
    status: 201,
    run: ({ app, actor, body }) => addPasskey(app, actor, body),
  }),
  route("PATCH", "/users/me/passkeys/:id", {
    access: "user",
    throttle: "credentials",
    summary: "Rename a passkey",
    body: RenamePasskey,
    response: Passkey,
    run: ({ app, actor, params, body }) => renamePasskey(app, actor, params.id, body),
  }),
  route("DELETE", "/users/me/passkeys/:id", {
    access: "user",
    throttle: "credentials",
    summary: "Remove a passkey; other sessions end",
    body: Identity,
    response: AcceptedPasskeys,
    run: ({ app, actor, params, body }) => removePasskey(app, actor, params.id, body),
  }),
];
