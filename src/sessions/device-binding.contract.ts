import { z } from "zod";
import { about } from "../shapes.contract";

/** What a browser keeps of a session that it has bound (Device Bound Session Credentials, 9.6). */
export const BoundSession = z
  .object({
    session_identifier: z.string().meta(about("What the browser calls the session.", "https://api.example.com")),
    refresh_url: z.string().meta(about("Where it shows that it has the key.", "/api/v1/auth/device-binding/proof")),
    scope: z
      .object({
        include_site: z.literal(false).describe("Other hosts of the domain are not included."),
        scope_specification: z
          .array(
            z.object({
              type: z.enum(["include", "exclude"]).describe("Whether requests need the cookie."),
              domain: z.literal("*").describe("On every host of the session."),
              path: z.string().meta(about("What the path begins with.", "/api/v1/auth/refresh")),
            }),
          )
          .describe("The last that matches decides."),
      })
      .describe("The requests that wait for a signature where the cookie is gone."),
    credentials: z
      .array(
        z.object({
          type: z.literal("cookie").describe("Always `cookie`."),
          name: z.string().meta(about("Its name.", "__Host-bask_device")),
          attributes: z.string().meta(about("Its attributes.", "Path=/; Secure; HttpOnly; SameSite=Lax")),
        }),
      )
      .describe("The cookie that a signature is answered with."),
    allowed_refresh_initiators: z
      .array(z.string())
      .meta(about("Hosts of CORS_ORIGINS, whose pages use the session too.", ["app.example.com"])),
  })
  .meta({ id: "BoundSession", description: "A session that is bound to a device, for its browser." });
