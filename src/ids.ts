import { randomBytes } from "node:crypto";

/** An opaque id: a prefix of three letters that names its kind, then 48 bits of time and 80 random bits in Crockford's base32. */
export type Id<Prefix extends string = string> = `${Prefix}_${string}`;

export type UserId = Id<"usr">;
export type SessionId = Id<"ses">;
/** A time in which an operator looks as a user. */
export type ImpersonationId = Id<"imp">;
export type OrganizationId = Id<"org">;
export type MembershipId = Id<"mem">;
export type RoleId = Id<"rol">;
export type InvitationId = Id<"inv">;
/** What the token in an invitation email stands for. */
export type InvitationTicketId = Id<"ivt">;
export type ApiKeyId = Id<"key">;
/** A personal access token. */
export type PersonalTokenId = Id<"pat">;
/** What requests are counted for: an API key or a personal access token. */
export type CountedId = ApiKeyId | PersonalTokenId;
/** Rows of the usage journal that belong together. */
export type BatchId = Id<"bat">;
export type TrustId = Id<"trs">;
/** An endpoint of an organization. */
export type WebhookId = Id<"whk">;
/** One event on its way to one endpoint. */
export type DeliveryId = Id<"dlv">;
export type EventId = Id<"evt">;
export type BackupCodeId = Id<"bck">;
export type EmailId = Id<"eml">;
export type TicketId = Id<"tkt">;
export type DeviceId = Id<"dev">;
/** A passkey. */
export type PasskeyId = Id<"pky">;
/** An account at another system that someone signs in with. */
export type IdentityId = Id<"idn">;
/** What a person lets an app do for them in an organization. */
export type GrantId = Id<"grt">;
/** An app that was registered. */
export type RegisteredClientId = Id<"cli">;
/** A device that waits for its code to be typed. */
export type DeviceCodeId = Id<"dvc">;
export type EmailRequestId = Id<"erq">;
/** What the link stands for with which an installation is set up. */
export type SetUpId = Id<"set">;
export type ProcessId = Id<"prc">;

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const pattern = /^[a-z]{3}_[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** An id that no user has, for lookups that must cost the same whether or not there is a user. */
export const noUser: UserId = "usr_00000000000000000000000000";

/** Makes an id; ids made later sort later, as text, in every collation. */
export function newId<Prefix extends string>(prefix: Prefix, now: number): Id<Prefix> {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  return idFromBytes(prefix, bytes);
}

/** Whether a text has the shape of an id of this kind; anything else cannot exist and needs no lookup. */
export function isId<Prefix extends string>(prefix: Prefix, text: string): text is Id<Prefix> {
  return text.length === 30 && text.startsWith(`${prefix}_`) && pattern.test(text);
}

/** The 16 bytes an id stands for: 26 characters of 5 bits, the first two bits of which are always 0. */
export function idBytes(id: Id): Buffer {
  const bytes = Buffer.alloc(16);
  writeIdBytes(id, bytes, 0);
  return bytes;
}

/** Writes the 16 bytes an id stands for to a place in others. */
export function writeIdBytes(id: Id, bytes: Uint8Array, start: number) {
  let bits = 0;
  let held = -2;
  let at = start;
  for (let i = 4; i < 30; i++) {
    bits = ((bits << 5) | values[id.charCodeAt(i)]!) & 0xfff;
    held += 5;
    if (held >= 8) {
      held -= 8;
      bytes[at++] = (bits >> held) & 0xff;
    }
  }
}

/** The id of a kind that the 16 bytes from a place on stand for. */
export function idFromBytes<Prefix extends string>(prefix: Prefix, bytes: Uint8Array, start = 0): Id<Prefix> {
  let text = "";
  let bits = 0;
  let held = 2;
  for (let i = start; i < start + 16; i++) {
    bits = ((bits << 8) | bytes[i]!) & 0x3ffff;
    held += 8;
    if (held >= 10) {
      held -= 10;
      text += pairs[(bits >> held) & 0x3ff]!;
    }
  }
  return `${prefix}_${text}`;
}

/** The two characters of ten bits. */
const pairs = Array.from({ length: 1024 }, (_, bits) => alphabet[bits >> 5]! + alphabet[bits & 31]!);

/** The value of each character by its code. */
const values = new Uint8Array(128);
for (let i = 0; i < alphabet.length; i++) values[alphabet.charCodeAt(i)] = i;
