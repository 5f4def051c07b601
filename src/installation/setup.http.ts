import { route } from "../http/route";
import { kept } from "../sessions/cookie.http";
import { LoggedIn } from "../sessions/sessions.contract";
import { setUp } from "./setup";
import { SetUp } from "./setup.contract";

export const setUpRoutes = [
  route("POST", "/auth/setup", {
    operationId: "setUp",
    access: "anyone",
    throttle: "credentials",
    summary: "Create the first user of an installation, who becomes its operator",
    description:
      "Creates the first user with the link that the start of the server prints while there is none, makes them an operator, and signs them in. It works once: the link dies with the first user, however that came.",
    errors: ["INVALID_TOKEN"],
    body: SetUp,
    response: LoggedIn,
    async run({ app, actor, body: { session, ...input }, request, headers }) {
      return kept(app, await setUp(app, actor, input), session, request, headers);
    },
  }),
];
