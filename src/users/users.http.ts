import { route } from "../http/route";
import { requestEmailChange, undoEmailChange } from "./email-change";
import { deleteAccount } from "./deletion";
import { requestLetter } from "./email-requests";
import { changePassword } from "./password";
import { changeProfile, whoIs } from "./profile";
import { resetPassword } from "./recovery";
import { register } from "./users";
import {
  ChangeEmail,
  ChangePassword,
  DeleteAccount,
  ForAddress,
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
    throttle: "proof",
    summary: "Open an account",
    body: Register,
    answer: Registered,
    status: 201,
    run: ({ app, actor, body }) => register(app, actor, body),
  }),
  route("POST", "/auth/verify-email", {
    access: "holder",
    throttle: "proof",
    summary: "Confirm an e-mail address with the token of a letter, signed in or with the password",
    body: VerifyEmail,
    answer: null,
    run: ({ app, actor, body }) => verifyEmail(app, actor, body),
  }),
  route("POST", "/auth/resend-verification", {
    access: "anyone",
    throttle: "proof",
    summary: "Ask for the letter that confirms an e-mail address again",
    body: ForAddress,
    answer: Requested,
    run: ({ app, actor, body }) => requestLetter(app, actor, "verify-email", body.email),
  }),
  route("POST", "/auth/forgot-password", {
    access: "anyone",
    throttle: "proof",
    summary: "Ask for a letter to choose a new password",
    body: ForAddress,
    answer: Requested,
    run: ({ app, actor, body }) => requestLetter(app, actor, "reset-password", body.email),
  }),
  route("POST", "/auth/reset-password", {
    access: "anyone",
    throttle: "proof",
    summary: "Choose a new password with the token of a letter",
    body: ResetPassword,
    answer: null,
    run: ({ app, actor, body }) => resetPassword(app, actor, body),
  }),
  route("GET", "/users/me", {
    access: "user",
    summary: "Your own profile",
    answer: User,
    run: ({ app, actor }) => whoIs(app, actor),
  }),
  route("PATCH", "/users/me", {
    access: "user",
    summary: "Change your profile",
    body: UpdateUser,
    answer: User,
    run: ({ app, actor, body }) => changeProfile(app, actor, body),
  }),
  route("DELETE", "/users/me", {
    access: "user",
    summary: "Delete your account",
    body: DeleteAccount,
    answer: null,
    run: ({ app, actor, body }) => deleteAccount(app, actor, body),
  }),
  route("PUT", "/users/me/password", {
    access: "user",
    summary: "Change your password; sessions elsewhere end",
    body: ChangePassword,
    answer: null,
    run: ({ app, actor, body }) => changePassword(app, actor, body),
  }),
  route("POST", "/users/me/email", {
    access: "user",
    summary: "Change your e-mail address; the new one has to confirm",
    body: ChangeEmail,
    answer: Requested,
    run: ({ app, actor, body }) => requestEmailChange(app, actor, body),
  }),
  route("POST", "/auth/undo-email-change", {
    access: "anyone",
    throttle: "proof",
    summary: "Take an account back with the token of the letter to its old address",
    body: Proof,
    answer: null,
    run: ({ app, actor, body }) => undoEmailChange(app, actor, body),
  }),
];
