import { z } from "zod";
import { catalog as extension } from "../extensions/catalog";

/**
 * Every type of event that the audit log can hold, `noun.what_happened`, with what it means. `record` takes no other, so a misspelt one does
 * not compile; the OpenAPI document lists them.
 */
export const auditActions = {
  "user.registered": "An account was created.",
  "user.registration_repeated": "Someone tried to create an account with an email that already has one.",
  "user.imported": "An account was imported from another system.",
  "user.updated": "A user changed their profile.",
  "user.verification_requested": "An email to verify the address was requested.",
  "user.email_verified": "A user proved that they receive email at their address.",
  "user.email_change_requested": "A user asked to change their email.",
  "user.email_changed": "A user's email was changed.",
  "user.email_restored": "A change of email was undone from the old address.",
  "user.password_changed": "A user changed their password.",
  "user.password_reset_requested": "An email to reset the password was requested.",
  "user.sign_in_link_requested": "An email with a link that signs in was requested.",
  "user.password_removed":
    "The password of an account was removed, because its email was proven for the first time by someone who signed in without it.",
  "user.password_reset": "A password was reset with the token of an email.",
  "user.app_connected": "A user let an app act for them.",
  "user.app_disconnected": "An app can no longer act for a user.",
  "user.suspended": "An operator suspended a user.",
  "user.restored": "An operator ended the suspension of a user.",
  "user.impersonated": "An operator began to look as a user, read-only.",
  "user.impersonation_ended": "An operator stopped looking as a user before the time was over.",
  "user.added_access_removed": "What others may have added to an account was removed when its owner took it back.",
  "user.deleted": "A user deleted their account.",

  "session.started": "A user signed in.",
  "session.bound": "A session was bound to the device of its user.",
  "session.confirmed": "A user confirmed their identity again in a session.",
  "session.ended": "One session was ended.",
  "session.others_ended": "A user ended all of their other sessions.",
  "session.all_ended": "All sessions of a user were ended.",
  "session.reuse_detected": "A refresh token that had already been used was presented again; the session was ended.",

  "two_factor.enabled": "A user turned on two-factor authentication.",
  "two_factor.disabled": "Two-factor authentication was turned off.",
  "two_factor.reset": "An operator removed a user's second factor.",
  "two_factor.backup_codes_regenerated": "A user replaced their backup codes.",
  "two_factor.device_trusted": "A user trusted a device to sign in without a code.",
  "two_factor.device_forgotten": "A user stopped trusting a device.",

  "identity.linked": "An account at a provider was linked, and signs in from then on.",
  "identity.unlinked": "An account at a provider was unlinked.",

  "passkey.added": "A user added a passkey.",
  "passkey.renamed": "A user renamed a passkey.",
  "passkey.removed": "A user removed a passkey.",
  "passkey.counter_fell": "The counter of a passkey did not rise, as if there were a copy of it.",

  "organization.created": "An organization was created.",
  "organization.updated": "An organization's name or slug was changed.",
  "organization.deleted": "An organization was deleted.",
  "organization.restored": "A deleted organization was restored by its owner.",
  "organization.suspended": "An operator suspended an organization.",
  "organization.suspension_ended": "An operator ended the suspension of an organization.",
  "organization.plan_changed": "An operator changed an organization's plan.",

  "member.role_changed": "A member was given another role.",
  "member.removed": "A member was removed.",
  "member.left": "A member left.",

  "invitation.created": "Someone was invited.",
  "invitation.resent": "An invitation was sent again.",
  "invitation.canceled": "An invitation was canceled.",
  "invitation.accepted": "An invitation was accepted.",
  "invitation.declined": "An invitation was declined.",

  "ownership.offered": "The owner offered ownership to a member.",
  "ownership.offer_canceled": "The owner canceled an offer of ownership.",
  "ownership.declined": "A member declined ownership.",
  "ownership.transferred": "A member accepted ownership.",

  "role.created": "A custom role was created.",
  "role.updated": "A custom role was changed.",
  "role.deleted": "A custom role was deleted.",

  "policy.changed": "The organization's policy was changed.",

  "api_key.created": "An API key was created.",
  "api_key.updated": "An API key was changed.",
  "api_key.rotated": "An API key was replaced by a successor.",
  "api_key.disabled": "An API key was disabled.",
  "api_key.enabled": "An API key was enabled again.",
  "api_key.revoked": "An API key was revoked.",
  "api_key.handed_over": "An API key was handed over to another member.",
  "api_key.leaked": "An API key was reported as leaked and revoked.",
  "api_key.token_leaked":
    "A workload token of an API key was reported as leaked and revoked, with those issued before it.",
  "api_key.new_network": "An API key was used from a network for the first time.",
  "api_key.trust_created": "A workload identity was trusted to use an API key.",
  "api_key.trust_removed": "A workload identity is no longer trusted to use an API key.",
  "api_key.token_exchanged": "A workload exchanged its identity token for one that stands for an API key.",
  "api_key.expires_in_7_days": "An API key expires within seven days.",
  "api_key.expires_in_1_day": "An API key expires within a day.",
  "api_key.unused": "An API key has not been used for 90 days.",
  "api_key.switched_off": "An API key that was not used for 90 days was disabled.",
  "api_key.day_nearly_used_up": "An API key used 80 % of its daily limit.",
  "api_key.day_used_up": "An API key used all of its daily limit.",

  "app.connected": "A user let an app act for them in an organization.",
  "app.disconnected": "An app can no longer act for a user.",
  "app.reuse_detected":
    "A code or refresh token of an app that had already been used was presented again; the app can no longer act for its user.",

  "personal_token.created": "A user created a personal access token.",
  "personal_token.updated": "A user changed a personal access token.",
  "personal_token.rotated": "A user replaced a personal access token by a successor.",
  "personal_token.revoked": "A personal access token was revoked.",
  "personal_token.leaked": "A personal access token was reported as leaked and revoked.",
  "personal_token.derived_leaked":
    "A token that was derived from a personal access token was reported as leaked and revoked, with those derived before it.",
  "personal_token.requested": "A member's personal access token awaits approval.",
  "personal_token.approved": "A member's personal access token was approved.",
  "personal_token.access_ended": "The access of a member's personal access token to the organization was ended.",

  "oauth_client.created": "An app was registered.",
  "oauth_client.updated": "A registered app was changed.",
  "oauth_client.secret_rotated": "The secret of a registered app was replaced.",
  "oauth_client.deleted": "A registered app was deleted, with all that users had let it do.",
  "oauth_client.blocked": "An operator blocked an app: it gets no tokens, and those it has are refused.",
  "oauth_client.unblocked": "An operator no longer blocks an app.",

  "webhook.created": "A webhook was created.",
  "webhook.updated": "A webhook was changed.",
  "webhook.enabled": "A webhook was enabled again.",
  "webhook.disabled": "A webhook was disabled.",
  "webhook.secret_rotated": "The secret of a webhook was replaced.",
  "webhook.deleted": "A webhook was deleted.",

  "audit_stream.set_up": "The audit log is streamed to a URL, or to another one.",
  "audit_stream.disabled": "The stream of the audit log was disabled.",
  "audit_stream.deleted": "The audit log is no longer streamed.",

  "operator.granted": "A user became an operator of the installation.",
  "operator.revoked": "A user is no longer an operator of the installation.",
  "operator.acted":
    "An operator changed a user, an organization or a webhook of the installation; in the operator's own log.",

  "installation.restored": "The installation was restored from a backup; in the log of the installation.",

  ...extension.events,
} as const;

export type AuditAction = keyof typeof auditActions;

/** An event type on the wire. Clients must accept types that later versions add. */
export const Action = z.string().meta({
  description: "What happened, as `noun.what_happened`: one of the listed types, or one that a later version adds.",
  examples: Object.keys(auditActions),
});
