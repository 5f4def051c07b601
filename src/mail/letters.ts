import type { InvitationTicketId, TicketId } from "../ids";

/**
 * A letter as it is written: `{{name}}` stands for a value, `{{link}}` for the one address the reader may open.
 * A paragraph is a line or more; empty lines part them.
 */
export interface Letter<Values extends Record<string, string> = Record<string, string>> {
  subject: string;
  text: string;
  /** Where the link leads, below PUBLIC_URL. It carries the token of the id in the value `ticket`. */
  path?: string;
  /** What the button says. */
  action?: string;
  /** Only the type: what a letter must be given. */
  values?: Values;
}

const letter = <Values extends Record<string, string>>(letter: Letter<Values>) => letter;

/**
 * Every letter Bask writes. None of them holds what a stranger typed in, or anybody could send words of theirs to anyone.
 * A new letter is an entry here and a `post` in the transaction of its cause.
 */
export const letters = {
  "verify-email": letter<{ ticket: TicketId }>({
    subject: "Confirm your e-mail address",
    text: `Somebody, we hope you, opened an account with this e-mail address.

Confirm that the address is yours. The link works once, within 24 hours.

{{link}}

If it was not you, do not open the link: without it the account is not yours and proves nothing about you.`,
    path: "/verify-email",
    action: "Confirm this address",
  }),

  "address-taken": letter<Record<never, never>>({
    subject: "You have an account already",
    text: `Somebody, perhaps you, tried to open an account with this e-mail address. It has one already, and nothing about it changed.

If it was you, sign in, or ask for a new password if you forgot yours. If it was not, you need not do anything.`,
  }),

  "reset-password": letter<{ ticket: TicketId }>({
    subject: "Choose a new password",
    text: `Somebody, we hope you, asked for a new password for your account.

Choose one here. The link works once, within 1 hour, and a newer letter ends it.

{{link}}

If it was not you, you need not do anything: your password stays as it is.`,
    path: "/reset-password",
    action: "Choose a new password",
  }),

  "password-changed": letter<{ at: string; address: string }>({
    subject: "Your password was changed",
    text: `The password of your account was changed on {{at}}, from the address {{address}}. Everybody who was signed in elsewhere was signed out.

If it was not you, ask for a new password at once: whoever did it can sign in.`,
  }),

  "key-rotated": letter<{ name: string; prefix: string; endsAt: string }>({
    subject: "An API key was rotated",
    text: `The API key {{name}} ({{prefix}}...) of your organization has a successor. The old one works until {{endsAt}}; revoke it earlier if nothing uses it any more.

The list of API keys shows when, and from where, it was used last.`,
  }),

  "key-leaked": letter<{ name: string; prefix: string }>({
    subject: "An API key was found in the open and revoked",
    text: `Somebody who found the API key {{name}} ({{prefix}}...) of your organization reported it. It was revoked at once: whatever used it needs a new one.

Look in the audit log and the usage of the key for what was done with it.`,
  }),

  invitation: letter<{ ticket: InvitationTicketId; inviter: string }>({
    subject: "You are invited to an organization",
    text: `{{inviter}} invites you to an organization.

Sign in with this e-mail address, or open an account with it, to see which and to accept or decline. The link is good for 7 days.

{{link}}

If you do not know who that is, you need not do anything.`,
    path: "/invitations",
    action: "See the invitation",
  }),

  "ownership-offered": letter<Record<never, never>>({
    subject: "You are offered an organization",
    text: `The owner of an organization that you belong to wants to hand it over to you.

Sign in to accept or decline within 7 days. Nothing changes until you accept.`,
  }),
};

export type LetterName = keyof typeof letters;
export type LetterValues<Name extends LetterName> = NonNullable<(typeof letters)[Name]["values"]>;
