import { z } from "zod";
import { Timestamp, text } from "../shapes.contract";

/** The membership of the proposed owner. */
export const OfferOwnership = z.strictObject({ memberId: text(50) });

export const OwnershipTransfer = z.object({
  organizationId: z.string(),
  fromUserId: z.string(),
  toUserId: z.string(),
  createdAt: Timestamp,
  expiresAt: Timestamp,
});
