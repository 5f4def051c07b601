import { z } from "zod";
import { route } from "../http/route";

const Whoami = z.discriminatedUnion("type", [
  z.object({ type: z.literal("user"), userId: z.string(), sessionId: z.string() }),
  z.object({
    type: z.literal("api_key"),
    keyId: z.string(),
    organizationId: z.string(),
    environment: z.enum(["live", "test"]),
    scopes: z.array(z.string()),
    permissions: z.array(z.string()),
  }),
]);

export const whoamiRoutes = [
  route("GET", "/whoami", {
    access: "actor",
    summary: "What the credential of this request is and may do",
    response: Whoami,
    run({ actor }) {
      if (actor.kind === "user") return { type: "user" as const, userId: actor.userId, sessionId: actor.sessionId };
      const { keyId, organizationId, environment, scopes, permissions } = actor;
      return {
        type: "api_key" as const,
        keyId,
        organizationId,
        environment,
        scopes: [...scopes],
        permissions: [...permissions],
      };
    },
  }),
];
