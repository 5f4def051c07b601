import { z } from "zod";
import { fieldMessages } from "../field-messages.contract";
import { RoleName } from "../members/members.contract";
import { MethodName } from "../sessions/method.contract";
import { IpNetworks, TimestampInput, text } from "../shapes.contract";

/** Null removes a requirement; a field that is left out keeps its value. */
export const UpdatePolicy = z
  .strictObject({
    /** From this time on, members have access only with an authenticator app, or when they signed in with a passkey. */
    require2fa: TimestampInput.transform((time) => time.toISOString()).nullable(),
    /** The maximum lifetime of API keys in days, existing ones included. */
    maxKeyLifetimeDays: z.int().min(1).max(3650).nullable(),
    /** IP addresses and CIDRs that members and API keys may connect from; the owner may connect from anywhere. */
    allowedIps: IpNetworks.refine((networks) => networks.length > 0, fieldMessages.notEmpty).nullable(),
    /** The maximum scopes of API keys, existing ones included. */
    allowedScopes: z.array(text(100)).min(1).max(100).nullable(),
    /** The roles whose members may create API keys; with it set, API keys cannot create any. */
    keyCreators: z.array(RoleName).min(1).max(60).nullable(),
    /** How members other than the owner must have signed in: `password`, `passkey`, `email-link`, or the name of a provider. */
    allowedMethods: z.array(MethodName).min(1).max(30).nullable(),
    /** Hours after which members must sign in, or confirm their identity, again. */
    maxSessionHours: z.int().min(1).max(720).nullable(),
  })
  .partial();

export const Policy = z.object({
  require2fa: z.string().nullable(),
  maxKeyLifetimeDays: z.number().nullable(),
  allowedIps: z.array(z.string()).nullable(),
  allowedScopes: z.array(z.string()).nullable(),
  keyCreators: z.array(z.string()).nullable(),
  allowedMethods: z.array(z.string()).nullable(),
  maxSessionHours: z.number().nullable(),
  /** The first 100 members without two-factor authentication, whom `require2fa` keeps out or would. */
  membersWithoutTwoFactor: z.array(z.object({ memberId: z.string(), email: z.string(), fullName: z.string() })),
});
