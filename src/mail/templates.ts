import { catalog as extension } from "../extensions/catalog";
import type { InvitationTicketId, TicketId } from "../ids";
import { template } from "./template";

/**
 * Every letter Bask writes. None of them holds what a stranger typed in, or anybody could send words of theirs to anyone.
 * A new letter is an entry here and a `post` in the transaction of its cause.
 */
export const emailTemplates = {
  "verify-email": template<{ ticket: TicketId }>({
    subject: "Confirm your e-mail address",
    awaited: true,
    text: `Somebody, we hope you, opened an account with this e-mail address.

Confirm that the address is yours. The link works once, within 24 hours.

{{link}}

If it was not you, you need not do anything: nobody can confirm it without the password of the account and this link.`,
    path: "/verify-email",
    action: "Confirm this address",
  }),

  "email-taken": template<Record<never, never>>({
    subject: "You have an account already",
    awaited: true,
    text: `Somebody, perhaps you, tried to use this e-mail address for a new account. It has one already, and nothing about it changed.

If it was you, sign in, or ask for a new password if you forgot yours. If it was not, you need not do anything.`,
  }),

  "email-reserved": template<{ until: string }>({
    subject: "This email address is reserved",
    awaited: true,
    text: `Someone, perhaps you, tried to use this email address for an account. It belonged to an account whose email was changed, and is reserved until {{until}}, so that the change can be undone.

If it is your account, sign in with its new email address, or use the link in our email about the change to undo it. To create a new account with this address, try again after that time.`,
  }),

  "reset-password": template<{ ticket: TicketId }>({
    subject: "Choose a new password",
    awaited: true,
    text: `Somebody, we hope you, asked for a new password for your account.

Choose one here. The link works once, within 1 hour, and a newer letter ends it.

{{link}}

If it was not you, you need not do anything: your password stays as it is.`,
    path: "/reset-password",
    action: "Choose a new password",
  }),

  "password-changed": template<{ at: string; ip: string }>({
    subject: "Your password was changed",
    text: `The password of your account was changed on {{at}}, from the address {{ip}}. Everybody who was signed in elsewhere was signed out.

If it was not you, ask for a new password at once: whoever did it can sign in.`,
  }),

  "change-email": template<{ ticket: TicketId }>({
    subject: "Confirm your new e-mail address",
    awaited: true,
    text: `Somebody, we hope you, wants to use this e-mail address for an account.

Confirm that the address is yours. The link works once, within 1 hour.

{{link}}

If it was not you, you need not do anything: nobody can confirm it without the password of the account and this link.`,
    path: "/verify-email",
    action: "Confirm this address",
  }),

  "email-changed": template<{ ticket: TicketId; at: string }>({
    subject: "Your e-mail address was changed",
    awaited: true,
    unbounded: true,
    text: `On {{at}} your account was given another e-mail address. Letters will go there.

If it was not you, take the account back. The link works once, within 7 days, gives it this address again and signs everybody out. Choose a new password after that.

{{link}}`,
    path: "/undo-email-change",
    action: "Take the account back",
  }),

  "email-restored": template<{ at: string; removed: string }>({
    subject: "Your email address was restored",
    text: `On {{at}} your account was given this email address again, and everyone was signed out.

What had been added to the account since the change was removed: {{removed}}.

Set a new password now: someone else may know the current one.`,
  }),

  "access-removed": template<{ at: string; removed: string }>({
    subject: "Access to your account was removed",
    text: `On {{at}} the password of your account was reset by email. This email address had not been verified before, so what had been added to the account until then was removed: {{removed}}.

Set up again what you need.`,
  }),

  "account-deleted": template<Record<never, never>>({
    subject: "Your account was deleted",
    text: `Your account was deleted, as you asked. This e-mail address is free again.`,
  }),

  "new-sign-in": template<{ device: string; ip: string; at: string }>({
    subject: "A new sign-in",
    text: `On {{at}} somebody signed in to your account with {{device}}, from the address {{ip}}. We had not seen this device before.

If it was not you, change your password at once: that signs everybody else out.`,
  }),

  "session-reuse": template<{ at: string; ip: string }>({
    subject: "A session was ended to protect you",
    text: `On {{at}} a key that had been used up came back to one of your sessions, from the address {{ip}}. That happens when two programs hold a copy of the same session, so we ended it.

If you do not know why, change your password: that signs everybody else out.`,
  }),

  "two-factor-on": template<{ at: string }>({
    subject: "Two-factor authentication is on",
    text: `On {{at}} two-factor authentication was switched on for your account. Keep the backup codes where you find them without your phone.

If it was not you, ask for a new password at once.`,
  }),

  "two-factor-off": template<{ at: string }>({
    subject: "Two-factor authentication is off",
    text: `On {{at}} two-factor authentication was switched off for your account. A password is enough to sign in now.

If it was not you, ask for a new password at once and switch it on again.`,
  }),

  "backup-code-used": template<{ at: string; ip: string; left: string }>({
    subject: "A backup code was used",
    text: `On {{at}} somebody used one of your backup codes, from the address {{ip}}. Codes that are left: {{left}}.

If it was not you, change your password and make new codes.`,
  }),

  "key-rotated": template<{ name: string; prefix: string; endsAt: string }>({
    subject: "An API key was rotated",
    text: `The API key {{name}} ({{prefix}}...) of your organization has a successor. The old one works until {{endsAt}}; revoke it earlier if nothing uses it any more.

The list of API keys shows when, and from where, it was used last.`,
  }),

  "key-expires": template<{ name: string; prefix: string; endsAt: string }>({
    subject: "An API key is about to end",
    text: `The API key {{name}} ({{prefix}}...) of your organization ends on {{endsAt}}. Whatever uses it stops working then.

Rotate it to give it a successor, or let it end if nothing uses it any more.`,
  }),

  "key-unused": template<{ name: string; prefix: string; since: string }>({
    subject: "An API key is not used",
    text: `The API key {{name}} ({{prefix}}...) of your organization has not been used since {{since}}.

A key that nobody uses is a risk that nobody needs: revoke it.`,
  }),

  "key-switched-off": template<{ name: string; prefix: string; since: string }>({
    subject: "An API key that is not used was switched off",
    text: `The API key {{name}} ({{prefix}}...) of your organization has not been used since {{since}}, so it was switched off.

Switch it on again if you still need it, or revoke it.`,
  }),

  "key-busy": template<{ name: string; prefix: string; percent: string; limit: string }>({
    subject: "An API key nears its limit",
    text: `The API key {{name}} ({{prefix}}...) of your organization has used {{percent}} % of the {{limit}} requests it may make today. Beyond them it is refused until midnight UTC.

Look at its usage, or choose a larger plan.`,
  }),

  "key-new-network": template<{ name: string; prefix: string; network: string; ip: string; at: string }>({
    subject: "An API key is used from a new network",
    text: `The API key {{name}} ({{prefix}}...) of your organization was used from the address {{ip}} on {{at}}. It had not been used from the network {{network}} before. Further new networks of this day stand in the audit log only.

If nothing of yours runs there, revoke the key at once: somebody else has it.`,
  }),

  "key-leaked": template<{ name: string; prefix: string }>({
    subject: "An API key was found in the open and revoked",
    text: `Somebody who found the API key {{name}} ({{prefix}}...) of your organization reported it. It was revoked at once: whatever used it needs a new one.

Look in the audit log and the usage of the key for what was done with it.`,
  }),

  "webhook-url-changed": template<{ from: string; to: string; at: string }>({
    subject: "The URL of a webhook was changed",
    text: `On {{at}} a webhook of your organization that sent events to {{from}} was changed. It now sends them to {{to}}.

If you don't expect this, disable the webhook and look in the audit log for who changed it.`,
  }),

  "webhook-failing": template<{ host: string; since: string }>({
    subject: "A webhook is failing",
    text: `The webhook of your organization at {{host}} has not accepted any event since {{since}}. We keep trying. After five days without success, the webhook is disabled.

The deliveries of the webhook show what the endpoint responded.`,
  }),

  "webhook-disabled": template<{ host: string; reason: string }>({
    subject: "A webhook was disabled",
    text: `The webhook of your organization at {{host}} was disabled: {{reason}}.

Events are kept for 30 days. When you enable the webhook again, you choose whether it gets what it missed.`,
  }),

  invitation: template<{ ticket: InvitationTicketId; inviter: string }>({
    subject: "You are invited to an organization",
    awaited: true,
    text: `{{inviter}} invites you to an organization.

Sign in with this e-mail address, or open an account with it, to see which and to accept or decline. The link is good for 7 days.

{{link}}

If you do not know who that is, you need not do anything.`,
    path: "/invitations",
    action: "See the invitation",
  }),

  "ownership-offered": template<Record<never, never>>({
    subject: "You are offered an organization",
    awaited: true,
    text: `The owner of an organization that you belong to wants to hand it over to you.

Sign in to accept or decline within 7 days. Nothing changes until you accept.`,
  }),
  ...extension.emails,
};

/** A moment as letters tell it: `2026-03-02 09:00 UTC`. */
export const formatTime = (at: Date) => `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;

export type EmailName = keyof typeof emailTemplates;
export type EmailValues<Name extends EmailName> = NonNullable<(typeof emailTemplates)[Name]["values"]>;
