import { route } from "../http/route";
import { deleteAccount } from "./deletion";
import { requestEmailChange, undoEmailChange } from "./email-change";
import { requestEmail } from "./email-requests";
import { changePassword } from "./password";
import { changeProfile, getOwnProfile } from "./profile";
import { confirmIdentity, identityErrors } from "./reauthenticate";
import { resetPassword } from "./recovery";
import { register } from "./users";
import {
  ChangeEmail,
  ChangePassword,
  DeleteAccount,
  EmailOnly,
  Identity,
  Proof,
  Register,
  Registered,
  Requested,
  ResetPassword,
  UpdateUser,
  User,
  VerifyEmail,
} from "./users.contract";
import { verifyEmail } from "./verification";

export const userRoutes = [
  route("POST", "/auth/register", {
    operationId: "registerUser",
    access: "anyone",
    throttle: "credentials",
    summary: "Create an account",
    description:
      "Creates an account. The response is the same, and takes as long, whether or not the email already has an account; its owner learns of the attempt by email. Where emails must be verified, follow the link in the email before you sign in. With the token of an invitation to this email, the email is verified at once; where it has an account already, the token's holder is told so.",
    errors: ["INVALID_TOKEN", "CONFLICT"],
    body: Register,
    response: Registered,
    status: 201,
    run: ({ app, actor, body }) => register(app, actor, body),
  }),
  route("POST", "/auth/verify-email", {
    operationId: "verifyEmail",
    access: "holder",
    needs: "email-token",
    throttle: "credentials",
    summary: "Verify an email with the token sent to it, signed in or with the password",
    description:
      "Confirms that you receive email at an address, with the token from its link. Send the access token or the password of the account with it, because opening a link alone proves too little.",
    errors: [
      "INVALID_TOKEN",
      "INVALID_CREDENTIALS",
      "REAUTHENTICATION_REQUIRED",
      "CONFLICT",
      "ACCOUNT_TEMPORARILY_LOCKED",
      "FORBIDDEN",
    ],
    body: VerifyEmail,
    response: null,
    run: ({ app, actor, body }) => verifyEmail(app, actor, body),
  }),
  route("POST", "/auth/resend-verification", {
    operationId: "resendVerification",
    access: "anyone",
    throttle: "credentials",
    summary: "Send the verification email again",
    description:
      "Sends the verification email again if the email has an account that waits for it. The response does not say whether there is one.",
    body: EmailOnly,
    response: Requested,
    run: ({ app, actor, body }) => requestEmail(app, actor, "verify-email", body.email),
  }),
  route("POST", "/auth/forgot-password", {
    operationId: "forgotPassword",
    access: "anyone",
    throttle: "credentials",
    summary: "Send an email to reset the password",
    description:
      "Emails a link to set a new password, if the email has an account. The response does not say whether there is one.",
    body: EmailOnly,
    response: Requested,
    run: ({ app, actor, body }) => requestEmail(app, actor, "reset-password", body.email),
  }),
  route("POST", "/auth/reset-password", {
    operationId: "resetPassword",
    access: "anyone",
    throttle: "credentials",
    summary: "Set a new password with an emailed token",
    description:
      "Sets a new password with the token from the email and ends all sessions of the account. Two-factor authentication stays on.",
    errors: ["INVALID_TOKEN", "FORBIDDEN"],
    body: ResetPassword,
    response: null,
    run: ({ app, actor, body }) => resetPassword(app, actor, body),
  }),
  route("POST", "/auth/reauthenticate", {
    operationId: "reauthenticate",
    access: "user",
    throttle: "credentials",
    summary: "Confirm your identity again, so that this session may do sensitive things for ten minutes",
    description:
      "Proves who you are again. For ten minutes after it, sensitive requests of this session need no password.",
    errors: [...identityErrors],
    body: Identity,
    response: null,
    run: ({ app, actor, body }) => confirmIdentity(app, actor, body),
  }),
  route("GET", "/users/me", {
    operationId: "getMe",
    access: "user",
    summary: "Get your profile",
    description: "Returns the profile of the user who is signed in.",
    response: User,
    run: ({ app, actor }) => getOwnProfile(app, actor),
  }),
  route("PATCH", "/users/me", {
    operationId: "updateMe",
    access: "user",
    summary: "Update your profile",
    description: "Changes your name, picture or preferences. Fields that are left out keep their value.",
    body: UpdateUser,
    response: User,
    run: ({ app, actor, body }) => changeProfile(app, actor, body),
  }),
  route("DELETE", "/users/me", {
    operationId: "deleteMe",
    access: "user",
    throttle: "credentials",
    summary: "Delete your account",
    description:
      "Deletes your account, its sessions and API keys, and leaves your organizations. Organizations in which you are the only member are deleted with it. Transfer the others first. Asks for your identity again unless you signed in within the last ten minutes.",
    errors: [...identityErrors, "CONFLICT"],
    body: DeleteAccount,
    response: null,
    run: ({ app, actor, body }) => deleteAccount(app, actor, body),
  }),
  route("PUT", "/users/me/password", {
    operationId: "changePassword",
    access: "user",
    throttle: "credentials",
    summary: "Change your password; other sessions end",
    description: "Sets a new password and ends your other sessions.",
    errors: [...identityErrors, "CONFLICT"],
    body: ChangePassword,
    response: null,
    run: ({ app, actor, body }) => changePassword(app, actor, body),
  }),
  route("POST", "/users/me/email", {
    operationId: "changeEmail",
    access: "user",
    throttle: "credentials",
    summary: "Change your email; the new one must be confirmed",
    description:
      "Emails a link to the new address, which becomes yours when you follow it. The old address gets an email with which the change can be undone. Asks for your identity again unless you signed in within the last ten minutes.",
    errors: [...identityErrors, "CONFLICT"],
    body: ChangeEmail,
    response: Requested,
    run: ({ app, actor, body }) => requestEmailChange(app, actor, body),
  }),
  route("POST", "/auth/undo-email-change", {
    operationId: "undoEmailChange",
    access: "anyone",
    throttle: "credentials",
    summary: "Undo a change of email with the token sent to the old one",
    description:
      "Gives an account its old email again, with the token that was sent there, and ends all sessions. Set a new password afterward: someone else may know the current one.",
    errors: ["INVALID_TOKEN", "CONFLICT"],
    body: Proof,
    response: null,
    run: ({ app, actor, body }) => undoEmailChange(app, actor, body),
  }),
];
