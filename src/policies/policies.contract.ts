import { z } from "zod";
import { RoleName } from "../members/members.contract";

const fields = {
  /** From this moment on members without a second factor are kept out of the organization. */
  require2fa: z.iso.datetime({ offset: true, error: "is not an ISO 8601 time" }).nullable(),
  /** Days a key lives at most, also those that exist. */
  maxKeyLifetimeDays: z.int("is not a whole number").min(1, "is below 1").max(3650, "is above 3650").nullable(),
  /** Addresses and CIDRs that keys and people may come from, all but the owner. */
  allowedIps: z
    .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], "is not an address or a CIDR"))
    .min(1, "is empty; null allows everywhere")
    .max(100, "has more than 100 entries")
    .nullable(),
  /** What keys may do at most, also those that exist. */
  allowedScopes: z
    .array(z.string().max(100, "is too long"))
    .min(1, "is empty; null allows everything")
    .max(100, "has more than 100 entries")
    .nullable(),
  /** The roles whose members may make keys; keys then make none. */
  keyCreators: z
    .array(RoleName)
    .min(1, "is empty; null allows every role that has api-keys:create")
    .max(60, "has more than 60 entries")
    .nullable(),
};

/** Null takes a demand away; what is left out stays. */
export const ChangePolicy = z.strictObject(fields).partial();

export const Policy = z.object({
  ...fields,
  /** Whom `require2fa` keeps out, or would, as long as they do nothing; the first hundred. */
  membersWithoutTwoFactor: z.array(z.object({ memberId: z.string(), email: z.string(), fullName: z.string() })),
});
