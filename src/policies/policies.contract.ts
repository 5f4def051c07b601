import { z } from "zod";
import { fieldMessages } from "../field-messages.contract";
import { RoleName } from "../members/members.contract";
import { MethodName } from "../sessions/method.contract";
import { about, IpNetworks, idOf, TimestampInput, text } from "../shapes.contract";

const texts = {
  require2fa: about(
    "From this time on, members have access only with an authenticator app, or when they signed in with a passkey.",
    "2027-01-31T12:00:00.000Z",
  ),
  maxKeyLifetimeDays: about("The maximum lifetime of API keys in days, existing ones included.", 90),
  allowedIps: about(
    "IP addresses and CIDRs that members, their personal access tokens and API keys may connect from; the owner may connect from anywhere.",
    ["203.0.113.0/24"],
  ),
  allowedScopes: about("The maximum scopes of API keys, existing ones included.", ["members:read", "usage:*"]),
  keyCreators: about("The roles whose members may create API keys; with it set, API keys cannot create any.", [
    "admin",
  ]),
  allowedMethods: about(
    "How members other than the owner must have signed in: `password`, `passkey`, `email-link`, or the name of a provider.",
    ["passkey"],
  ),
  personalTokens: about(
    "Whether members' personal access tokens need the approval of an admin to have access, or are refused; null for neither.",
    "approval",
  ),
  maxPersonalTokenDays: about(
    "Days after its creation that a personal access token has access at most, existing ones included. `maxKeyLifetimeDays` bounds them too.",
    30,
  ),
  maxSessionHours: about("Hours after which members must sign in, or confirm their identity, again.", 12),
  allowedClients: about("The only apps that may act for members, by client_id.", [
    "https://app.example.com/client.json",
  ]),
  blockedClients: about("Apps that may not act for members, by client_id.", ["cli_01jngc4e00000000000000000a"]),
  etag: about("Stands for the policy as it is now.", "47DEQpj8HBSa-_TImW-5JA"),
};

export const UpdatePolicy = z
  .strictObject({
    require2fa: TimestampInput.transform((time) => time.toISOString())
      .nullable()
      .meta(texts.require2fa),
    maxKeyLifetimeDays: z.int().min(1).max(3650).nullable().meta(texts.maxKeyLifetimeDays),
    allowedIps: IpNetworks.refine((networks) => networks.length > 0, fieldMessages.notEmpty)
      .nullable()
      .meta(texts.allowedIps),
    allowedScopes: z.array(text(100)).min(1).max(100).nullable().meta(texts.allowedScopes),
    keyCreators: z.array(RoleName).min(1).max(60).nullable().meta(texts.keyCreators),
    allowedMethods: z.array(MethodName).min(1).max(30).nullable().meta(texts.allowedMethods),
    maxSessionHours: z.int().min(1).max(720).nullable().meta(texts.maxSessionHours),
    allowedClients: z.array(text(300)).max(100).nullable().meta(texts.allowedClients),
    blockedClients: z.array(text(300)).max(100).nullable().meta(texts.blockedClients),
    personalTokens: z.enum(["approval", "refused"]).nullable().meta(texts.personalTokens),
    maxPersonalTokenDays: z.int().min(1).max(3650).nullable().meta(texts.maxPersonalTokenDays),
    etag: text(100).meta(
      about(
        "The `etag` of the policy that this change was made from: refused with 409, `policy_changed`, if it was changed since.",
        "47DEQpj8HBSa-_TImW-5JA",
      ),
    ),
  })
  .partial()
  .meta({
    id: "UpdatePolicy",
    description:
      "Null removes a requirement; a field that is left out keeps its value. A list takes the place of the one before: send `etag` with it, so that what another admin added meanwhile is not lost.",
    example: { maxKeyLifetimeDays: 90 },
  });

export const Policy = z
  .object({
    require2fa: z.string().nullable().meta(texts.require2fa),
    maxKeyLifetimeDays: z.number().nullable().meta(texts.maxKeyLifetimeDays),
    allowedIps: z.array(z.string()).nullable().meta(texts.allowedIps),
    allowedScopes: z.array(z.string()).nullable().meta(texts.allowedScopes),
    keyCreators: z.array(z.string()).nullable().meta(texts.keyCreators),
    allowedMethods: z.array(z.string()).nullable().meta(texts.allowedMethods),
    maxSessionHours: z.number().nullable().meta(texts.maxSessionHours),
    allowedClients: z.array(z.string()).nullable().meta(texts.allowedClients),
    blockedClients: z.array(z.string()).nullable().meta(texts.blockedClients),
    personalTokens: z.enum(["approval", "refused"]).nullable().meta(texts.personalTokens),
    maxPersonalTokenDays: z.number().nullable().meta(texts.maxPersonalTokenDays),
    etag: z.string().meta(texts.etag),
    membersWithoutTwoFactor: z
      .array(
        z.object({
          memberId: idOf("mem").describe("The membership."),
          email: z.string().meta(about("The member's email.", "ada@example.com")),
          fullName: z.string().meta(about("The member's name.", "Ada Lovelace")),
        }),
      )
      .describe("The first 100 members without two-factor authentication, whom `require2fa` keeps out or would."),
  })
  .meta({ id: "Policy", description: "What an organization requires; null where it requires nothing." });
