import { z } from "zod";
import { route } from "../http/route";
import { about, exampleId, idOf } from "../shapes.contract";
import { blockAt } from "./standing";

const kind = (type: string) => `\`${type}\`: what kind of credential it is.`;

const only = z
  .array(z.string())
  .nullable()
  .meta(about("The resources it is bound to; null for one that is not bound.", null));

const Whoami = z
  .discriminatedUnion("type", [
    z.object({
      type: z.literal("user").describe(kind("user")),
      userId: idOf("usr").describe("Who is signed in."),
      sessionId: idOf("ses").describe("The session of the access token."),
    }),
    z.object({
      type: z.literal("app").describe(kind("app")),
      grantId: idOf("grt").describe("What the user has let the app do."),
      clientId: z.string().meta(about("The app.", exampleId("cli"))),
      userId: idOf("usr").describe("The user whom it acts for."),
      organizationId: idOf("org").describe("The organization it acts in."),
      permissions: z
        .array(z.string())
        .meta(about("The permissions it was given. It may do what its user may do too.", ["members:read"])),
    }),
    z.object({
      type: z.literal("api_key").describe(kind("api_key")),
      keyId: idOf("key").describe("The key's id."),
      organizationId: idOf("org").describe("The organization it belongs to."),
      environment: z.enum(["live", "test"]).describe("Which kind of key it is."),
      scopes: z.array(z.string()).meta(about("What it was given.", ["members:*"])),
      permissions: z
        .array(z.string())
        .meta(about("What its scopes come to now.", ["members:read", "members:update", "members:remove"])),
      only,
    }),
    z.object({
      type: z.literal("personal_token").describe(kind("personal_token")),
      tokenId: idOf("pat").describe("The token's id."),
      userId: idOf("usr").describe("The user for whom it acts."),
      scopes: z.array(z.string()).meta(about("What it was given.", ["members:*"])),
      only,
      organizations: z
        .array(
          z.object({
            organizationId: idOf("org").describe("An organization where it has access."),
            permissions: z.array(z.string()).meta(about("What its scopes come to there now.", ["members:read"])),
          }),
        )
        .describe("Where it has access now."),
    }),
  ])
  .meta({ id: "Whoami", description: "What a credential is and may do." });

export const whoamiRoutes = [
  route("GET", "/whoami", {
    operationId: "whoami",
    access: "actor",
    summary: "What the credential of this request is and may do",
    description: "Says what the credential of this request is and what it may do.",
    response: Whoami,
    run({ app, actor }) {
      if (actor.kind === "user") return { type: "user" as const, userId: actor.userId, sessionId: actor.sessionId };
      if (actor.kind === "grant") {
        const { grantId, clientId, creatorId: userId, organizationId } = actor;
        return { type: "app" as const, grantId, clientId, userId, organizationId, permissions: [...actor.permissions] };
      }
      if (actor.kind === "personal_token") {
        const { tokenId, creatorId: userId, scopes, standings } = actor;
        const organizations = [...standings].flatMap(([organizationId, standing]) =>
          blockAt(standing, app.clock.now()) ? [] : [{ organizationId, permissions: [...standing.permissions] }],
        );
        return {
          type: "personal_token" as const,
          tokenId,
          userId,
          scopes: [...scopes],
          only: boundTo(actor.only),
          organizations,
        };
      }
      const { keyId, organizationId, environment, scopes, permissions } = actor;
      return {
        type: "api_key" as const,
        keyId,
        organizationId,
        environment,
        scopes: [...scopes],
        permissions: [...permissions],
        only: boundTo(actor.only),
      };
    },
  }),
];

const boundTo = (only: readonly string[] | null) => only && [...only];
