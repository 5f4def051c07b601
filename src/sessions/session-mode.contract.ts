import { z } from "zod";

/** How a sign-in keeps its session. */
export const KeepSession = z
  .enum(["tokens", "cookie"])
  .default("tokens")
  .describe("For browsers: `cookie` stores the refresh token in a cookie that scripts cannot read.");
