import { z } from "zod";
import { fieldMessages } from "../field-messages.contract";
import {
  about,
  exampleId,
  IpNetworks,
  idOf,
  listOf,
  Page,
  singleLine,
  Timestamp,
  TimestampInput,
  text,
} from "../shapes.contract";

const environmentText = "`live`, or `test`: a test key has a tenth of the limits and is counted apart.";
export const Environment = z.enum(["live", "test"]).describe(environmentText);
export const KeyStatus = z
  .enum(["active", "disabled", "blocked", "expired", "revoked"])
  .describe(
    "`blocked`: refused for a reason outside of the key, see `blockedBecause`. `expired`: at its own end or the one the policy sets.",
  );

export const scopesText = about("What it may do: `resource:action`, `resource:*` or `*`.", [
  "members:read",
  "usage:read",
]);
export const Scopes = z.array(text(100)).min(1).max(100).meta(scopesText);

const metadataText = about("Notes for programs of the organization, up to 20.", { team: "billing" });
const Metadata = z
  .record(z.string().regex(/^[A-Za-z][\w.-]{0,39}$/, fieldMessages.metadataName), text(500))
  .refine((entries) => Object.keys(entries).length <= 20, fieldMessages.maxEntries(20))
  .meta(metadataText);

export const AllowedIps = IpNetworks.transform((networks) => (networks.length > 0 ? networks : null)).describe(
  "IP addresses and CIDRs it can be used from. By default, and with an empty list, every one.",
);

export const onlyText = about(
  "The resources it is bound to; null for one that is not bound. It does nothing to others of the kinds that can be named here, and creates none.",
  null,
);
export const OnlyInput = z.array(text(100)).min(1).max(100);

const rateLimitText = about("Requests a minute, at most what the plan allows.", 60);
const RateLimit = z.int().min(1).meta(rateLimitText);

export const Name = singleLine(100).meta(about("What it is called.", "CI"));
const Description = singleLine(500).meta(about("What it is for.", "Deploys the website."));
const ExpiresAt = TimestampInput.describe("When it stops working. By default never, unless the policy says otherwise.");
export const ExpiresInDays = z
  .int()
  .min(1)
  .max(3650)
  .meta(about("Days until it stops working, in place of `expiresAt`.", 90));
export const eitherExpiry = { path: ["expiresInDays"], error: fieldMessages.notWith("expiresAt") };

export const CreateApiKey = z
  .strictObject({
    name: Name,
    description: Description.optional(),
    metadata: Metadata.optional(),
    environment: Environment.default("live"),
    scopes: Scopes.optional().describe(
      "What it may do: `resource:action`, `resource:*` or `*`. Without scopes and preset it is read-only.",
    ),
    preset: singleLine(50)
      .optional()
      .meta(about("A named set of scopes in place of `scopes`: `read-only`, `full-access`, `ci`.", "ci")),
    expiresAt: ExpiresAt.optional(),
    expiresInDays: ExpiresInDays.optional(),
    rateLimit: RateLimit.optional(),
    allowedIps: AllowedIps.optional(),
    only: OnlyInput.optional().meta(
      about("Ids of the resources it is bound to, of kinds that the product declares. Without it, it is not bound.", [
        "prj_01jngc4e00000000000000000a",
      ]),
    ),
  })
  .refine(({ scopes, preset }) => !(scopes && preset), {
    path: ["preset"],
    error: fieldMessages.notWith("scopes"),
  })
  .refine(({ expiresAt, expiresInDays }) => !(expiresAt && expiresInDays), eitherExpiry)
  .meta({ id: "CreateApiKey", example: { name: "CI", scopes: ["members:read", "usage:read"], expiresInDays: 90 } });

export const UpdateApiKey = z
  .strictObject({
    name: Name.optional(),
    description: Description.nullable().optional().describe("What it is for."),
    metadata: Metadata.optional(),
    scopes: Scopes.optional(),
    rateLimit: RateLimit.nullable().optional().meta(rateLimitText),
    allowedIps: AllowedIps.nullable().optional().describe("IP addresses and CIDRs it can be used from."),
    only: OnlyInput.nullable().optional().meta(onlyText),
    expiresAt: ExpiresAt.nullable().optional().describe("When it stops working."),
  })
  .meta({
    id: "UpdateApiKey",
    description: "Null removes a value. What is left out stays as it is.",
    example: { name: "CI of the website", scopes: ["members:read"] },
  });

/** By default all keys that are not revoked. */
export const ApiKeyFilter = Page.extend({
  environment: Environment.optional(),
  status: KeyStatus.optional().describe("Only keys in this state. By default all that are not revoked."),
  createdBy: text(100)
    .optional()
    .meta(about("Only the keys of this user.", exampleId("usr"))),
  search: singleLine(100).optional().meta(about("Part of a name or a prefix.", "ci")),
});

export const ApiKey = z
  .object({
    id: idOf("key").describe("The key's id."),
    organizationId: idOf("org").describe("The organization it belongs to."),
    name: z.string().meta(about("What it is called.", "CI")),
    description: z.string().nullable().meta(about("What it is for.", null)),
    metadata: z.record(z.string(), z.string()).meta(metadataText),
    environment: Environment,
    prefix: z.string().meta(about("The first characters, to recognize it by.", "bsk_live_8fQ2")),
    scopes: z.array(z.string()).meta(scopesText),
    rateLimit: z.number().nullable().meta(about("Requests a minute; null for what the plan allows.", null)),
    allowedIps: z.array(z.string()).meta(about("Where it can be used from; empty for everywhere.", [])),
    only: z.array(z.string()).nullable().meta(onlyText),
    status: KeyStatus,
    disabledBecause: z
      .enum([
        "by_hand",
        "creator_left",
        "account_reset",
        "unused",
        "secret_known_to_former_member",
        "secret_known_to_demoted_member",
      ])
      .nullable()
      .meta(about("Why it is disabled.", null)),
    blockedBecause: z
      .enum([
        "organization_deleted",
        "organization_suspended",
        "creator_left",
        "creator_suspended",
        "creator_without_two_factor",
        "environment_not_accepted",
      ])
      .nullable()
      .meta(about("What keeps it from working until that is gone.", null)),
    createdBy: idOf("usr").describe("The member it belongs to: their role bounds what it may do."),
    issuedTo: idOf("usr").describe("The user who was shown the key itself, when it was created or rotated."),
    parentKeyId: z.string().nullable().meta(about("The key that created it, or that rotated its predecessor.", null)),
    createdAt: Timestamp.describe("When it was created."),
    expiresAt: Timestamp.nullable().describe(
      "The end that holds: its own, or the one that the organization's policy sets.",
    ),
    replacedBy: z.string().nullable().meta(about("Its successor, once it was rotated.", null)),
    lastUsedAt: Timestamp.nullable().describe("When it was last used, at most a minute ago."),
    lastUsedIp: z.string().nullable().meta(about("The IP address it was last used from.", "203.0.113.7")),
    lastUsedUserAgent: z.string().nullable().meta(about("What the client called itself.", "curl/8.5.0")),
    usageCount: z.number().meta(about("Requests it made.", 1342)),
  })
  .meta({ id: "ApiKey", description: "An API key, without the key itself." });

export const CreatedApiKey = ApiKey.extend({
  key: z.string().meta(about("The key itself, in this response only.", "bsk_live_8fQ2…")),
}).meta({ id: "CreatedApiKey", description: "A new API key with the key itself." });
export const ApiKeys = listOf(ApiKey).meta({ id: "ApiKeyList" });

export const HandOverApiKey = z
  .strictObject({ memberId: text(100).meta(about("The membership of its new owner.", exampleId("mem"))) })
  .meta({ id: "HandOverApiKey" });
export const RevokeApiKey = z.strictObject({
  descendants: z.literal("true").optional().describe("Also revokes the keys that it created, and those they created."),
});

export const RotateApiKey = z
  .strictObject({
    overlap: z
      .number()
      .min(0)
      .max(30)
      .default(1)
      .meta(about("Days for which the old key still works; 0.5 is twelve hours.", 1)),
    expiresAt: TimestampInput.optional().describe(
      "When the new key stops working. By default its lifetime is as long as the old one's.",
    ),
    expiresInDays: ExpiresInDays.optional(),
  })
  .refine(({ expiresAt, expiresInDays }) => !(expiresAt && expiresInDays), eitherExpiry)
  .meta({ id: "RotateApiKey", example: { overlap: 1 } });
