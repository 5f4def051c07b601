import { z } from "zod";
import { fieldMessages } from "../field-messages.contract";
import { about, exampleId, idOf, listOf, Page, singleLine, Timestamp, text } from "../shapes.contract";

export const RoleName = text(50)
  .min(3)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, fieldMessages.slug)
  .meta(
    about("`owner`, `admin`, `member`, `viewer`, or the name of one of the organization's custom roles.", "member"),
  );

export const Member = z
  .object({
    id: idOf("mem").describe("The membership's id."),
    userId: idOf("usr").describe("The id of the user."),
    email: z.string().meta(about("The user's email.", "ada@example.com")),
    fullName: z.string().meta(about("The user's name.", "Ada Lovelace")),
    role: z.string().meta(about("The name of their role.", "member")),
    joinedAt: Timestamp.describe("When they became a member."),
  })
  .meta({ id: "Member", description: "A user who belongs to an organization." });
export const Members = listOf(Member).meta({ id: "MemberList" });

const maxUsers = 100;

export const MembersQuery = Page.extend({
  search: singleLine(100).optional().meta(about("Part of a name or an email.", "ada")),
  users: text(31 * maxUsers)
    .regex(/^usr_[0-9a-z]{26}(,usr_[0-9a-z]{26})*$/, fieldMessages.userIds(maxUsers))
    .transform((ids) => ids.split(","))
    .optional()
    .meta(
      about("The ids of up to 100 users, separated by commas: only those of them who are members.", exampleId("usr")),
    ),
});

export const RemoveMember = z.strictObject({
  handKeysTo: text(50)
    .optional()
    .meta(
      about(
        "The membership of the member who becomes the creator of the removed member's API keys. Without it the keys are disabled.",
        exampleId("mem"),
      ),
    ),
  remainingAccess: z
    .enum(["end", "keep"])
    .optional()
    .describe(
      "What happens to the API keys of others that the removed member knows, the trusts they created on them, and the webhooks and audit stream they set up: `end` disables the keys, webhooks and stream and deletes the trusts, `keep` leaves them. Needed when there are any.",
    ),
});

export const MemberAccessQuery = z.strictObject({
  role: RoleName.optional().meta(
    about(
      "The role they may get. Without it the list is about a removal; with it `members:update` is needed.",
      "viewer",
    ),
  ),
});

const MemberKey = z
  .object({
    id: idOf("key").describe("The key's id."),
    name: z.string().meta(about("What it is called.", "CI")),
    prefix: z.string().meta(about("The first characters, to recognize it by.", "bsk_live_8fQ2")),
    environment: z.enum(["live", "test"]).describe("Which kind of key it is."),
    createdBy: idOf("usr").describe("The member it belongs to."),
    disabled: z.boolean().meta(about("It does not work now, and may be enabled again.", false)),
  })
  .meta({ id: "MemberKey", description: "An API key that a member could still use." });

export const RemainingAccess = z
  .object({
    knownKeys: z
      .array(MemberKey)
      .describe(
        "API keys of others whose secret they saw, when they created or rotated them, or which a key that they know created.",
      ),
    trusts: z
      .array(
        z.object({
          id: idOf("trs").describe("The trust's id."),
          keyId: idOf("key").describe("The API key it is about."),
          keyName: z.string().meta(about("What the key is called.", "CI")),
          issuer: z.string().meta(about("Who signs the tokens.", "https://gitlab.com")),
          claims: z
            .record(z.string(), z.string())
            .meta(about("Claims the tokens must have.", { project_id: "74829", ref: "main" })),
          createdAt: Timestamp.describe("When it was created."),
        }),
      )
      .describe("Trusts on API keys of others that they created, themselves or with a key that they know."),
    webhooks: z
      .array(
        z.object({
          id: idOf("whk").describe("The webhook's id."),
          host: z.string().meta(about("The host of its URL.", "hooks.example.com")),
          disabled: z.boolean().meta(about("It sends nothing now, and may be enabled again.", false)),
        }),
      )
      .describe("Webhooks whose URL they chose or whose secret they saw, themselves or with a key that they know."),
    auditStream: z
      .object({
        host: z.string().meta(about("The host of its URL.", "siem.example.com")),
        disabled: z.boolean().meta(about("It sends nothing now, and may be set up again.", false)),
      })
      .nullable()
      .meta(about("As for webhooks, the audit stream.", null)),
  })
  .meta({
    id: "RemainingAccess",
    description:
      "What members could still use beyond what they are to be allowed. Keys that have ended are not listed.",
  });

export const MemberAccess = z
  .object({
    ownKeys: z
      .array(MemberKey)
      .describe("Their own API keys: disabled by a removal, or handed over; narrowed by a lower role."),
    ...RemainingAccess.shape,
    pendingInvitations: z
      .number()
      .meta(about("Pending invitations of theirs that are canceled, because they could not send them any more.", 0)),
    personalTokens: z
      .number()
      .meta(
        about(
          "Personal access tokens of theirs that reach the organization: a removal ends their access for good, a lower role narrows it.",
          0,
        ),
      ),
  })
  .meta({
    id: "MemberAccess",
    description:
      "What a member could still use after their removal or beyond a lower role, and what the change ends. Keys that have ended are not listed.",
  });

export const UpdateMember = z
  .strictObject({
    role: RoleName,
    remainingAccess: z
      .enum(["end", "keep"])
      .optional()
      .describe(
        "What happens to what the member could use beyond a lower role: the API keys of others that they know, the trusts they created on them, and the webhooks and audit stream they set up. `end` disables the keys, webhooks and stream and deletes the trusts, `keep` leaves them. Needed when there are any.",
      ),
  })
  .meta({ id: "UpdateMember" });
