import { z } from "zod";
import { about, idOf, Timestamp } from "../shapes.contract";

export const Impersonation = z
  .object({
    id: idOf("imp").describe("Its id, with which you end it."),
    token: z
      .string()
      .meta(about("Sent as `Authorization: Bearer`; it reads what the user reads, and changes nothing.", "bim_...")),
    userId: idOf("usr").describe("Whom the token stands for."),
    createdAt: Timestamp.describe("When it began."),
    endsAt: Timestamp.describe("When it ends by itself, 30 minutes later. It also ends with your session."),
  })
  .meta({ id: "Impersonation", description: "A time in which an operator looks as a user, read-only." });
