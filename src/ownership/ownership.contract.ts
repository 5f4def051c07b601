import { z } from "zod";
import { Timestamp } from "../shapes.contract";

/** The membership of the one who shall own the organization. */
export const OfferOwnership = z.strictObject({ memberId: z.string().max(50, "is not an id") });

export const OwnershipTransfer = z.object({
  organizationId: z.string(),
  fromUserId: z.string(),
  toUserId: z.string(),
  createdAt: Timestamp,
  expiresAt: Timestamp,
});
