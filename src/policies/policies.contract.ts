import { z } from "zod";
import { fieldMessages } from "../field-messages.contract";
import { RoleName } from "../members/members.contract";
import { text } from "../shapes.contract";

const fields = {
  /** From this moment on members without a second factor are kept out of the organization. */
  require2fa: z.iso.datetime({ offset: true, error: fieldMessages.timestamp }).nullable(),
  /** Days a key lives at most, also those that exist. */
  maxKeyLifetimeDays: z.int().min(1).max(3650).nullable(),
  /** Addresses and CIDRs that keys and people may come from, all but the owner. */
  allowedIps: z
    .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], fieldMessages.network))
    .min(1)
    .max(100)
    .nullable(),
  /** What keys may do at most, also those that exist. */
  allowedScopes: z.array(text(100)).min(1).max(100).nullable(),
  /** The roles whose members may make keys; keys then make none. */
  keyCreators: z.array(RoleName).min(1).max(60).nullable(),
};

/** Null takes a demand away; what is left out stays. */
export const ChangePolicy = z.strictObject(fields).partial();

export const Policy = z.object({
  ...fields,
  /** Whom `require2fa` keeps out, or would, as long as they do nothing; the first hundred. */
  membersWithoutTwoFactor: z.array(z.object({ memberId: z.string(), email: z.string(), fullName: z.string() })),
});
