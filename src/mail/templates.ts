import { catalog as extension } from "../extensions/catalog";
import { template } from "./template";
import { type GivenValues, invitationTicket, name, text, ticket, time, verifiedEmail } from "./values";

const at = time("When it happened.");
const ip = text("The IP address it came from.", "192.0.2.10");
const removed = text("What was removed, in words.", "two-factor authentication, 2 API keys");
const providerTitle = text("The provider, as its button says it.", "Google");
const passkeyName = name("The name of the passkey.", "Chrome on Windows");
const keyName = name("The name of the API key.", "Deploy from CI");
const prefix = text("The first characters of the API key.", "bsk_live_ab12");
const tokenName = name("The name of the personal access token.", "Laptop");
const tokenPrefix = text("The first characters of the personal access token.", "bsp_ab12");
const clientName = name("What the app calls itself.", "Example App");
const connectedOrganization = name("The organization that it may act in.", "Acme");
const webhookHost = name("The host of the webhook's URL.", "hooks.example.com");
const lastUsed = time("When the API key was used last, or was created if it never was.");

/**
 * Every email Bask sends. None of them holds what a stranger typed, or anyone could send words of their own to any address.
 * A new email is an entry here and an `enqueueEmail` in the transaction of its cause.
 */
export const emailTemplates = {
  "verify-email": template({
    subject: "Verify your email for {{appName}}",
    text: `An account at {{appName}} was created with this email address.

Verify that the address is yours. The link works once, within 24 hours.

{{link}}

If this wasn't you, you can ignore this email. The address cannot be verified without the password of that account.`,
    values: { ticket },
    path: "/verify-email",
    action: "Verify this email",
    awaited: true,
  }),

  "email-taken": template({
    subject: "You already have an account at {{appName}}",
    text: `Someone tried to use this email address for a new account at {{appName}}. The address already has an account, and nothing about it was changed.

If this was you, sign in, or reset your password if you forgot it. If this wasn't you, you can ignore this email.`,
    values: {},
    awaited: true,
  }),

  "email-reserved": template({
    subject: "This email address is reserved at {{appName}}",
    text: `Someone tried to use this email address for an account at {{appName}}. It belonged to an account whose email was changed, and is reserved until {{until}}, so that the change can be undone.

If this was you, sign in with the new email address of that account, or use the link in our email about the change to undo it. To create a new account with this address, try again after that time. If this wasn't you, you can ignore this email.`,
    values: { until: time("When the address is free again.") },
    awaited: true,
  }),

  "reset-password": template({
    subject: "Reset your {{appName}} password",
    text: `We received a request to reset the password of your {{appName}} account.

Choose a new password. The link works once, within 1 hour, and stops working when you request another one.

{{link}}

If this wasn't you, you can ignore this email. Your password stays as it is.`,
    values: { ticket },
    path: "/reset-password",
    action: "Choose a new password",
    awaited: true,
  }),

  "sign-in": template({
    subject: "Sign in to {{appName}}",
    text: `We received a request to sign in to your {{appName}} account.

Open the link in the browser in which you asked for it. It works once, within 15 minutes, and stops working when you request another one. In another browser it shows a code: type it only where you asked for the link yourself.

{{link}}

If this wasn't you, you can ignore this email. No one can sign in without the link.`,
    values: { ticket },
    path: "/sign-in-link",
    action: "Sign in",
    awaited: true,
  }),

  "password-changed": template({
    subject: "Your {{appName}} password was changed",
    text: `The password of your {{appName}} account was changed on {{at}}, from the IP address {{ip}}. Other sessions were signed out. What signs in to the account now: {{ways}}.

If this wasn't you, reset your password now: someone else can sign in to your account.`,
    values: { at, ip, ways: text("What signs in to the account, in words.", "the password, 2 passkeys") },
  }),

  "change-email": template({
    subject: "Verify your new email for {{appName}}",
    text: `We received a request to use this email address for an account at {{appName}}.

Verify that the address is yours. The link works once, within 1 hour.

{{link}}

If this wasn't you, you can ignore this email. The address cannot be verified without the password of that account.`,
    values: { ticket },
    path: "/verify-email",
    action: "Verify this email",
    awaited: true,
  }),

  "email-changed": template({
    subject: "The email of your {{appName}} account was changed",
    text: `On {{at}} the email address of your {{appName}} account was changed. From now on we send emails to the new address.

If this wasn't you, undo the change. The link works once, within 7 days. It gives your account this address again and signs out every session. Then reset your password.

{{link}}`,
    values: { ticket, at },
    path: "/undo-email-change",
    action: "Undo the change",
    awaited: true,
    unbounded: true,
  }),

  "email-restored": template({
    subject: "The email of your {{appName}} account was restored",
    text: `On {{at}} your {{appName}} account was given this email address again, and every session was signed out.

What had been added to the account since the change was removed: {{removed}}.

Set a new password now: someone else may know the current one.`,
    values: { at, removed },
  }),

  "access-removed": template({
    subject: "Access to your {{appName}} account was removed",
    text: `On {{at}} it was proven for the first time that this email address is yours: your {{appName}} account was signed in to, or its password was reset, by email. What had been added to the account until then, by you or by someone else, was removed: {{removed}}.

Set up again what you need.`,
    values: { at, removed },
  }),

  "account-viewed": template({
    subject: "An operator looked at your {{appName}} account",
    text: `On {{at}} an operator of {{appName}} began to look at your account, as you see it, for at most 30 minutes. They cannot change anything, and no password, code or key is shown to them.

Their reason: {{reason}}

It is in the activity of your account too. If you did not expect this, ask the people who run {{appName}}.`,
    values: { at, reason: name("Why, as the operator typed it.", "You asked why an invoice is missing.") },
  }),

  "account-deleted": template({
    subject: "Your {{appName}} account was deleted",
    text: `Your {{appName}} account was deleted, as you asked. You can use this email address for a new account.

If this wasn't you, contact support.`,
    values: {},
  }),

  "new-sign-in": template({
    subject: "New sign-in to your {{appName}} account",
    text: `On {{at}} someone signed in to your {{appName}} account with {{device}}, from the IP address {{ip}}. We have not seen this device before.

If this was you, you don't need to do anything. If it wasn't, change your password now: that signs out every other session.`,
    values: { device: text("The browser and the operating system.", "Firefox on macOS"), ip, at },
  }),

  "session-reuse": template({
    subject: "We ended a session of your {{appName}} account",
    text: `On {{at}} a refresh token that had already been used was presented again, from the IP address {{ip}}. This happens when two programs hold a copy of the same session, so we ended that session of your {{appName}} account.

If you don't know why this happened, change your password: that signs out every other session.`,
    values: { at, ip },
  }),

  "two-factor-on": template({
    subject: "Two-factor authentication is on",
    text: `On {{at}} two-factor authentication was turned on for your {{appName}} account. Keep your backup codes where you can find them without your phone.

If this wasn't you, reset your password now.`,
    values: { at },
  }),

  "two-factor-off": template({
    subject: "Two-factor authentication is off",
    text: `On {{at}} two-factor authentication was turned off for your {{appName}} account. A password alone is now enough to sign in.

If this wasn't you, reset your password now and turn it on again.`,
    values: { at },
  }),

  "identity-linked": template({
    subject: "{{provider}} now signs in to your {{appName}} account",
    text: `On {{at}} an account at {{provider}} was linked to your {{appName}} account, from the IP address {{ip}}. It signs in without a password.

If this wasn't you, reset your password now, and unlink the account.`,
    values: { provider: providerTitle, at, ip },
  }),

  "identity-unlinked": template({
    subject: "{{provider}} no longer signs in to your {{appName}} account",
    text: `On {{at}} an account at {{provider}} was unlinked from your {{appName}} account, from the IP address {{ip}}. Other sessions were signed out.

If this wasn't you, reset your password now: someone else can sign in to your account.`,
    values: { provider: providerTitle, at, ip },
  }),

  "passkey-added": template({
    subject: "A passkey was added to your {{appName}} account",
    text: `On {{at}} the passkey {{name}} was added to your {{appName}} account, from the IP address {{ip}}. It signs in to your account without a password.

If this wasn't you, reset your password now, and remove the passkey.`,
    values: { name: passkeyName, at, ip },
  }),

  "app-connected": template({
    subject: "An app was connected to your {{appName}} account",
    text: `On {{at}} the app {{app}} was allowed to act for you in {{organization}}, from the IP address {{ip}}.

If this wasn't you, reset your password now: that also disconnects the app.`,
    values: { app: clientName, organization: connectedOrganization, at, ip },
  }),

  "passkey-renamed": template({
    subject: "A passkey of your {{appName}} account was renamed",
    text: `On {{at}} a passkey of your {{appName}} account was given the name {{name}}.

If this wasn't you, reset your password now, and check your passkeys.`,
    values: { name: passkeyName, at },
  }),

  "passkey-removed": template({
    subject: "A passkey was removed from your {{appName}} account",
    text: `On {{at}} the passkey {{name}} was removed from your {{appName}} account, from the IP address {{ip}}. Other sessions were signed out.

If this wasn't you, reset your password now: someone else can sign in to your account.`,
    values: { name: passkeyName, at, ip },
  }),

  "backup-code-used": template({
    subject: "A backup code was used",
    text: `On {{at}} one of the backup codes of your {{appName}} account was used, from the IP address {{ip}}. Backup codes left: {{left}}.

If this wasn't you, change your password and create new backup codes.`,
    values: { at, ip, left: text("The number of backup codes that are left.", "9") },
  }),

  "backup-codes-replaced": template({
    subject: "Your {{appName}} account has new backup codes",
    text: `On {{at}} the backup codes of your {{appName}} account were replaced by new ones. The old ones no longer work, and devices you trusted ask for a code again.

If this wasn't you, reset your password now and create new backup codes: someone else has these.`,
    values: { at },
  }),

  "personal-token-created": template({
    subject: "A personal access token was created for your {{appName}} account",
    text: `On {{at}} the personal access token "{{name}}" ({{prefix}}…) was created for your {{appName}} account. Programs that have it act for you.

If this wasn't you, revoke it in your account, and reset your password.`,
    values: { name: tokenName, prefix: tokenPrefix, at },
  }),

  "personal-token-expires": template({
    subject: "Your personal access token expires soon",
    text: `Your personal access token "{{name}}" ({{prefix}}…) at {{appName}} stops working on {{endsAt}}. Rotate it before then, if something still uses it.`,
    values: { name: tokenName, prefix: tokenPrefix, endsAt: time("When it stops working.") },
  }),

  "personal-token-leaked": template({
    subject: "Your personal access token was found in public and revoked",
    text: `Someone reported that your personal access token "{{name}}" ({{prefix}}…) at {{appName}} was in a place where others can read it. It was revoked at once, and nothing can be done with it any more.

Create another one where something needs it, and look in the audit log of your organizations at what it was used for.`,
    values: { name: tokenName, prefix: tokenPrefix },
  }),

  "personal-token-derived-leaked": template({
    subject: "A token derived from your personal access token was found in public and revoked",
    text: `Someone reported that a token derived from your personal access token "{{name}}" ({{prefix}}…) at {{appName}} was in a place where others can read it. It was revoked at once, with all that end no later than it. Your personal access token itself was not found, and works on.`,
    values: { name: tokenName, prefix: tokenPrefix },
  }),

  "personal-token-requested": template({
    subject: "A personal access token awaits your approval",
    text: `A member of your organization at {{appName}}, {{member}}, created the personal access token "{{name}}". Your organization's policy demands that an admin approves it before it has access. Approve it, or end its access, among the personal access tokens of your organization.`,
    values: { name: tokenName, member: verifiedEmail("The member's email.", "ada@example.com") },
  }),

  "personal-token-approved": template({
    subject: "Your personal access token was approved",
    text: `An admin of an organization at {{appName}} approved your personal access token "{{name}}". It has access to that organization now.`,
    values: { name: tokenName },
  }),

  "personal-token-ended": template({
    subject: "The access of your personal access token was ended",
    text: `An admin of an organization at {{appName}} ended the access of your personal access token "{{name}}" to that organization. It works on elsewhere, as far as it reaches.`,
    values: { name: tokenName },
  }),

  "key-rotated": template({
    subject: "An API key was rotated",
    text: `The API key {{name}} ({{prefix}}...) of your organization at {{appName}} was rotated. The old key works until {{endsAt}}. Revoke it earlier if nothing uses it anymore.

The list of API keys shows when each key was used last, and from which IP address.`,
    values: { name: keyName, prefix, endsAt: time("When the old API key stops working.") },
  }),

  "key-expires": template({
    subject: "An API key is about to expire",
    text: `The API key {{name}} ({{prefix}}...) of your organization at {{appName}} expires on {{endsAt}}. What uses it stops working then.

Rotate it to get a successor, or let it expire if nothing uses it anymore.`,
    values: { name: keyName, prefix, endsAt: time("When the API key expires.") },
  }),

  "key-unused": template({
    subject: "An API key is not used",
    text: `The API key {{name}} ({{prefix}}...) of your organization at {{appName}} has not been used since {{since}}.

A key that is not used is an unnecessary risk. Revoke it if you don't need it anymore.`,
    values: { name: keyName, prefix, since: lastUsed },
  }),

  "key-disabled": template({
    subject: "An API key that is not used was disabled",
    text: `The API key {{name}} ({{prefix}}...) of your organization at {{appName}} has not been used since {{since}}, so it was disabled.

Enable it again if you still need it, or revoke it.`,
    values: { name: keyName, prefix, since: lastUsed },
  }),

  "key-near-limit": template({
    subject: "An API key is close to its daily limit",
    text: `The API key {{name}} ({{prefix}}...) of your organization at {{appName}} has used {{percent}}% of the {{limit}} requests it can make today. At 100% its requests are refused until midnight UTC.

Check its usage, or choose a larger plan.`,
    values: {
      name: keyName,
      prefix,
      percent: text("80 or 100.", "80"),
      limit: text("The requests it can make in a day.", "10000"),
    },
  }),

  "key-new-network": template({
    subject: "An API key was used from a new network",
    text: `On {{at}} the API key {{name}} ({{prefix}}...) of your organization at {{appName}} was used from the IP address {{ip}}. It had not been used from the network {{network}} before. Other new networks of this day are only in the audit log.

If nothing of yours runs there, revoke the key now: someone else has it.`,
    values: { name: keyName, prefix, network: text("The new network, a CIDR.", "192.0.2.0/24"), ip, at },
  }),

  "key-leaked": template({
    subject: "An API key was leaked and has been revoked",
    text: `Someone found the API key {{name}} ({{prefix}}...) of your organization at {{appName}} and reported it. It was revoked at once: what used it needs a new key.

Check the audit log and the usage of the key for what was done with it. Keys that it created still work, and name it as their parent: revoke it once more with its descendants to end them too.`,
    values: { name: keyName, prefix },
  }),

  "workload-token-leaked": template({
    subject: "A token for an API key was leaked and has been revoked",
    text: `Someone found a workload token for the API key {{name}} ({{prefix}}...) of your organization at {{appName}} and reported it. The token was revoked at once, with those issued before it. The key itself still works.

Find out how the token left its pipeline, and check the audit log for what was done with it.`,
    values: { name: keyName, prefix },
  }),

  "member-left": template({
    subject: "A former member knows API keys of your organization",
    text: `A member left your organization at {{appName}}. They know API keys of other members ({{keys}}), created workload trusts on them ({{trusts}}) or set up webhooks ({{webhooks}}), and all of these still work.

The event member.left in the audit log lists them. Rotate those keys and the secrets of those webhooks, and delete what you don't need.

Former member: {{member}}`,
    values: {
      member: verifiedEmail("The verified email of the member who left.", "ada@example.com"),
      keys: text("How many API keys they know.", "2"),
      trusts: text("How many trusts they created.", "1"),
      webhooks: text("How many webhooks and audit streams they set up.", "1"),
    },
  }),

  "member-demoted": template({
    subject: "A member with a lower role knows API keys of your organization",
    text: `A member of your organization at {{appName}} gave themselves a lower role. They know API keys of other members that can do more ({{keys}}), created workload trusts on such keys ({{trusts}}) or set up webhooks ({{webhooks}}), and all of these still work.

The event member.role_changed in the audit log lists them. Rotate those keys and the secrets of those webhooks, and delete what you don't need.

Member: {{member}}`,
    values: {
      member: verifiedEmail("The verified email of the member.", "ada@example.com"),
      keys: text("How many API keys beyond their role they know.", "2"),
      trusts: text("How many trusts on such keys they created.", "1"),
      webhooks: text("How many webhooks and audit streams they set up.", "1"),
    },
  }),

  "webhook-url-changed": template({
    subject: "The URL of a webhook was changed",
    text: `On {{at}} a webhook at {{appName}} that sent events to {{from}} was changed. It now sends them to {{to}}.

If you don't expect this, disable the webhook and check the audit log for who changed it.`,
    values: {
      from: name("The host of the URL before.", "hooks.example.com"),
      to: name("The host of the URL now.", "events.example.com"),
      at,
    },
  }),

  "webhook-failing": template({
    subject: "A webhook is failing",
    text: `The endpoint {{host}} of a webhook at {{appName}} has not accepted any event since {{since}}. We keep trying. After five days without success, the webhook is disabled.

The deliveries of the webhook show what the endpoint responded.`,
    values: { host: webhookHost, since: time("When it accepted an event last, or failed first.") },
  }),

  "webhook-disabled": template({
    subject: "A webhook was disabled",
    text: `A webhook at {{appName}} that sends events to {{host}} was disabled: {{reason}}.

Events are kept for 30 days. When you enable the webhook again, you choose whether it gets what it missed.`,
    values: { host: webhookHost, reason: text("Why, in words.", "it accepted no event for five days") },
  }),

  "audit-stream-set-up": template({
    subject: "Your audit log is sent to another place",
    text: `Since {{at}} the audit log of your organization at {{appName}} is streamed to {{to}}.

If you don't expect this, delete the stream and check the audit log for who set it up.`,
    values: { to: name("The host of the URL.", "siem.example.com"), at },
  }),

  "audit-stream-failing": template({
    subject: "The stream of your audit log is failing",
    text: `{{host}} has not accepted the audit log of your organization at {{appName}} since {{since}}. We keep trying. After five days without success, the stream is disabled.

Nothing is lost meanwhile: the stream goes on where it stopped, for as long as your plan keeps the audit log.`,
    values: { host: webhookHost, since: time("When it accepted events last, or failed first.") },
  }),

  "audit-stream-disabled": template({
    subject: "The stream of your audit log was disabled",
    text: `The stream of the audit log of your organization at {{appName}} to {{host}} was disabled, because it does not work.

Set it up again to have it go on where it stopped.`,
    values: { host: webhookHost },
  }),

  invitation: template({
    subject: "You're invited to an organization at {{appName}}",
    text: `You're invited to join an organization at {{appName}}.

Sign in with this email address, or create an account with it, to see the organization and to accept or decline. The link works for 7 days.

{{link}}

Invited by: {{inviter}}

If you don't know this person, you can ignore this email.`,
    values: {
      ticket: invitationTicket,
      inviter: verifiedEmail("The verified email of the person who invites.", "ada@example.com"),
    },
    path: "/invitations",
    action: "See the invitation",
    awaited: true,
  }),

  "ownership-offered": template({
    subject: "You're offered the ownership of an organization",
    text: `The owner of an organization that you belong to at {{appName}} wants to transfer it to you.

Sign in to accept or decline within 7 days. Nothing changes until you accept.`,
    values: {},
    awaited: true,
  }),

  ...extension.emails,
};

export type EmailName = keyof typeof emailTemplates;
/** What an email is enqueued with. */
export type EmailValues<Name extends EmailName> = GivenValues<(typeof emailTemplates)[Name]["values"]>;
