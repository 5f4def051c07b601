import { route } from "../http/route";
import { deleteAccount } from "./deletion";
import { requestEmailChange, undoEmailChange } from "./email-change";
import { requestEmail } from "./email-requests";
import { changePassword } from "./password";
import { changeProfile, getOwnProfile } from "./profile";
import { confirmIdentity } from "./reauthenticate";
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
    access: "anyone",
    throttle: "credentials",
    summary: "Create an account",
    body: Register,
    response: Registered,
    status: 201,
    run: ({ app, actor, body }) => register(app, actor, body),
  }),
  route("POST", "/auth/verify-email", {
    access: "holder",
    needs: "email-token",
    throttle: "credentials",
    summary: "Verify an email with the token sent to it, signed in or with the password",
    body: VerifyEmail,
    response: null,
    run: ({ app, actor, body }) => verifyEmail(app, actor, body),
  }),
  route("POST", "/auth/resend-verification", {
    access: "anyone",
    throttle: "credentials",
    summary: "Send the verification email again",
    body: EmailOnly,
    response: Requested,
    run: ({ app, actor, body }) => requestEmail(app, actor, "verify-email", body.email),
  }),
  route("POST", "/auth/forgot-password", {
    access: "anyone",
    throttle: "credentials",
    summary: "Send an email to reset the password",
    body: EmailOnly,
    response: Requested,
    run: ({ app, actor, body }) => requestEmail(app, actor, "reset-password", body.email),
  }),
  route("POST", "/auth/reset-password", {
    access: "anyone",
    throttle: "credentials",
    summary: "Set a new password with an emailed token",
    body: ResetPassword,
    response: null,
    run: ({ app, actor, body }) => resetPassword(app, actor, body),
  }),
  route("POST", "/auth/reauthenticate", {
    access: "user",
    throttle: "credentials",
    summary: "Confirm your identity again, so that this session may do sensitive things for ten minutes",
    body: Identity,
    response: null,
    run: ({ app, actor, body }) => confirmIdentity(app, actor, body),
  }),
  route("GET", "/users/me", {
    access: "user",
    summary: "Get your profile",
    response: User,
    run: ({ app, actor }) => getOwnProfile(app, actor),
  }),
  route("PATCH", "/users/me", {
    access: "user",
    summary: "Update your profile",
    body: UpdateUser,
    response: User,
    run: ({ app, actor, body }) => changeProfile(app, actor, body),
  }),
  route("DELETE", "/users/me", {
    access: "user",
    throttle: "credentials",
    summary: "Delete your account",
    body: DeleteAccount,
    response: null,
    run: ({ app, actor, body }) => deleteAccount(app, actor, body),
  }),
  route("PUT", "/users/me/password", {
    access: "user",
    throttle: "credentials",
    summary: "Change your password; other sessions end",
    body: ChangePassword,
    response: null,
    run: ({ app, actor, body }) => changePassword(app, actor, body),
  }),
  route("POST", "/users/me/email", {
    access: "user",
    throttle: "credentials",
    summary: "Change your email; the new one must be confirmed",
    body: ChangeEmail,
    response: Requested,
    run: ({ app, actor, body }) => requestEmailChange(app, actor, body),
  }),
  route("POST", "/auth/undo-email-change", {
    access: "anyone",
    throttle: "credentials",
    summary: "Undo a change of email with the token sent to the old one",
    body: Proof,
    response: null,
    run: ({ app, actor, body }) => undoEmailChange(app, actor, body),
  }),
];
