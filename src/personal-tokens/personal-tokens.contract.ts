import { z } from "zod";
import {
  AllowedIps,
  ExpiresInDays,
  eitherExpiry,
  Name,
  OnlyInput,
  onlyText,
  Scopes,
  scopesText,
} from "../api-keys/api-keys.contract";
import { fieldMessages } from "../field-messages.contract";
import { about, exampleId, idOf, listOf, singleLine, Timestamp, TimestampInput, text } from "../shapes.contract";
import { identity } from "../users/identity.contract";

const expiryText =
  "When it stops working; null for never. By default after 90 days. An organization's policy can end its access there earlier.";

const bounds = {
  scopes: Scopes.describe(
    "What it may do: `resource:action`, `resource:*` or `*`, as far as you may do it yourself at that moment. It never creates credentials.",
  ),
  allowedIps: AllowedIps,
};
const onlyInputText = about(
  "Ids of the resources it is bound to, of kinds that the product declares. Without it, it is not bound.",
  [exampleId("prj")],
);

export const CreatePersonalToken = z
  .strictObject({
    ...identity,
    name: Name,
    organizationId: text(100)
      .optional()
      .meta(
        about(
          "The one organization it reaches. Without it, all that you belong to, also those you join later.",
          exampleId("org"),
        ),
      ),
    scopes: bounds.scopes.optional(),
    preset: singleLine(50)
      .optional()
      .meta(about("A named set of scopes in place of `scopes`: `read-only`, `full-access`, `ci`.", "read-only")),
    allowedIps: bounds.allowedIps.optional(),
    only: OnlyInput.optional().meta(onlyInputText),
    expiresAt: TimestampInput.nullable().optional().describe(expiryText),
    expiresInDays: ExpiresInDays.optional(),
  })
  .refine(({ scopes, preset }) => !(scopes && preset), { path: ["preset"], error: fieldMessages.notWith("scopes") })
  .refine(({ expiresAt, expiresInDays }) => !(expiresAt && expiresInDays), eitherExpiry)
  .meta({
    id: "CreatePersonalToken",
    example: { name: "Laptop", scopes: ["members:read", "usage:read"], expiresInDays: 30 },
  });

export const UpdatePersonalToken = z
  .strictObject({
    ...identity,
    name: Name.optional(),
    scopes: bounds.scopes.optional(),
    allowedIps: bounds.allowedIps.nullable().optional().describe("IP addresses and CIDRs it can be used from."),
    only: OnlyInput.nullable().optional().meta(onlyText),
  })
  .meta({
    id: "UpdatePersonalToken",
    description: "Null removes a value. What is left out stays as it is.",
    example: { name: "Laptop", scopes: ["members:read"] },
  });

export const RotatePersonalToken = z
  .strictObject({
    ...identity,
    overlap: z
      .number()
      .min(0)
      .max(30)
      .default(1)
      .meta(about("Days for which the old token still works; 0.5 is twelve hours.", 1)),
    expiresAt: TimestampInput.optional().describe(
      "When the new token stops working. By default its lifetime is as long as the old one's.",
    ),
    expiresInDays: ExpiresInDays.optional(),
  })
  .refine(({ expiresAt, expiresInDays }) => !(expiresAt && expiresInDays), eitherExpiry)
  .meta({ id: "RotatePersonalToken", example: { overlap: 1 } });

export const TokenBlock = z
  .enum([
    "organization_suspended",
    "ended",
    "refused",
    "awaits_approval",
    "method_not_allowed",
    "too_old",
    "owner_without_two_factor",
  ])
  .nullable()
  .meta(
    about(
      "What keeps it out of this organization; null where nothing does. `ended`: an admin ended its access, or its user left. `refused` and `too_old`: by the policy. `method_not_allowed`: the policy does not allow how its user had signed in when they created it.",
      null,
    ),
  );

const permissionsText = about("What its scopes come to there now.", ["members:read", "usage:read"]);
const nameText = about("What it is called.", "Laptop");
const prefixText = about("The first characters, to recognize it by.", "bsp_8fQ2");

export const PersonalToken = z
  .object({
    id: idOf("pat").describe("The token's id."),
    organizationId: z
      .string()
      .nullable()
      .meta(about("The one organization it reaches; null for all that you belong to.", null)),
    name: z.string().meta(nameText),
    prefix: z.string().meta(prefixText),
    scopes: z.array(z.string()).meta(scopesText),
    allowedIps: z.array(z.string()).meta(about("Where it can be used from; empty for everywhere.", [])),
    only: z.array(z.string()).nullable().meta(onlyText),
    status: z.enum(["active", "expired", "revoked"]).describe("Whether it works."),
    createdAt: Timestamp.describe("When it was created."),
    expiresAt: Timestamp.nullable().describe("When it stops working; null for never."),
    replacedBy: z.string().nullable().meta(about("Its successor, once it was rotated.", null)),
    lastUsedAt: Timestamp.nullable().describe("When it was last used, at most a minute ago."),
    lastUsedIp: z.string().nullable().meta(about("The IP address it was last used from.", "203.0.113.7")),
    lastUsedUserAgent: z.string().nullable().meta(about("What the client called itself.", "curl/8.5.0")),
    usageCount: z.number().meta(about("Requests it made.", 1342)),
  })
  .meta({ id: "PersonalToken", description: "A personal access token, without the token itself." });
export const PersonalTokens = listOf(PersonalToken).meta({ id: "PersonalTokenList" });

export const PersonalTokenWithAccess = PersonalToken.extend({
  access: z
    .array(
      z.object({
        organizationId: idOf("org").describe("An organization it reaches."),
        blockedBecause: TokenBlock,
        permissions: z.array(z.string()).meta(permissionsText),
      }),
    )
    .describe("What it may do in each organization that it reaches."),
}).meta({ id: "PersonalTokenWithAccess", description: "A personal access token with what it may do where." });

export const CreatedPersonalToken = PersonalTokenWithAccess.extend({
  token: z.string().meta(about("The token itself, in this response only.", "bsp_8fQ2…")),
}).meta({ id: "CreatedPersonalToken", description: "A new personal access token with the token itself." });

export const MemberToken = z
  .object({
    id: idOf("pat").describe("The token's id."),
    name: z.string().meta(nameText),
    prefix: z.string().meta(prefixText),
    userId: idOf("usr").describe("The member for whom it acts."),
    fullName: z.string().nullable().meta(about("The member's name.", "Ada Lovelace")),
    email: z.string().nullable().meta(about("The member's email.", "ada@example.com")),
    reachesAll: z
      .boolean()
      .meta(about("Whether it reaches all organizations of the member, not only this one.", false)),
    scopes: z.array(z.string()).meta(scopesText),
    permissions: z.array(z.string()).meta(permissionsText),
    only: z.array(z.string()).nullable().meta(onlyText),
    blockedBecause: TokenBlock,
    approvedAt: Timestamp.nullable().describe(
      "When it was approved here; null where it was not, or did not need to be.",
    ),
    createdAt: Timestamp.describe("When it was created."),
    expiresAt: Timestamp.nullable().describe("When its access here ends, by itself or by the policy; null for never."),
    lastUsedAt: Timestamp.nullable().describe("When it was last used anywhere, at most a minute ago."),
  })
  .meta({ id: "MemberToken", description: "A member's personal access token that reaches the organization." });
export const MemberTokens = listOf(MemberToken).meta({ id: "MemberTokenList" });
