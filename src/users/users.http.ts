import { route } from "../http/route";
import { requestLetter } from "./letter-requests";
import { resetPassword } from "./recovery";
import { register, whoIs } from "./users";
import { ForAddress, Proof, Register, Registered, Requested, ResetPassword, User } from "./users.contract";
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
    access: "anyone",
    throttle: "proof",
    summary: "Confirm an e-mail address with the token of a letter",
    body: Proof,
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
];
