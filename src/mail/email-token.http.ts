import { route } from "../http/route";
import { Proof } from "../users/users.contract";
import { checkEmailToken } from "./email-token";
import { EmailTokenStatus } from "./email-token.contract";

export const emailTokenRoutes = [
  route("POST", "/auth/email-token", {
    access: "anyone",
    throttle: "session",
    summary: "Check whether the token of an email still works, without using it",
    body: Proof,
    response: EmailTokenStatus,
    run: ({ app, body }) => checkEmailToken(app, body),
  }),
];
