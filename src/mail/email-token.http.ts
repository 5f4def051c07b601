import { route } from "../http/route";
import { Proof } from "../users/users.contract";
import { checkEmailToken } from "./email-token";
import { EmailTokenStatus } from "./email-token.contract";

export const emailTokenRoutes = [
  route("POST", "/auth/email-token", {
    operationId: "checkEmailToken",
    access: "anyone",
    throttle: "session",
    summary: "Check whether the token of an email still works, without using it",
    description:
      "Says what the token of an email is for and whether it still works, without using it. Pages behind emailed links ask before they show a form.",
    body: Proof,
    response: EmailTokenStatus,
    run: ({ app, body }) => checkEmailToken(app, body),
  }),
];
