import { z } from "zod";
import { about, exampleId, idOf, Timestamp, text } from "../shapes.contract";

export const OfferOwnership = z
  .strictObject({ memberId: text(50).meta(about("The membership of the proposed owner.", exampleId("mem"))) })
  .meta({ id: "OfferOwnership" });

export const AcceptOwnership = z
  .strictObject({
    remainingAccess: z
      .enum(["end", "keep"])
      .optional()
      .describe(
        "What happens to what the previous owner could use beyond the role of an admin: the API keys of others that they know, and the trusts they created on them. `end` disables the keys and deletes the trusts, `keep` leaves them. Needed when there are any.",
      ),
  })
  .meta({ id: "AcceptOwnership" });

export const OwnershipTransfer = z
  .object({
    organizationId: idOf("org").describe("The organization."),
    fromUserId: idOf("usr").describe("The owner."),
    toUserId: idOf("usr").describe("The proposed owner."),
    createdAt: Timestamp.describe("When it was offered."),
    expiresAt: Timestamp.describe("Until when it can be accepted."),
  })
  .meta({ id: "OwnershipTransfer", description: "A pending offer of ownership." });
