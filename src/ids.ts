import { randomBytes } from "node:crypto";

/** An opaque id: three letters that name its kind, then 48 bits of time and 80 random bits in Crockford's base32. */
export type Id<Prefix extends string = string> = `${Prefix}_${string}`;

export type UserId = Id<"usr">;
export type SessionId = Id<"ses">;
export type OrganizationId = Id<"org">;
export type MembershipId = Id<"mem">;
export type RoleId = Id<"rol">;
export type InvitationId = Id<"inv">;
/** What the token in the letter of an invitation stands for. */
export type InvitationTicketId = Id<"ivt">;
export type ApiKeyId = Id<"key">;
export type TrustId = Id<"trs">;
export type EventId = Id<"evt">;
export type BackupCodeId = Id<"bck">;
export type LetterId = Id<"ltr">;
export type TicketId = Id<"tkt">;
export type LetterRequestId = Id<"lrq">;

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const pattern = /^[a-z]{3}_[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** Makes an id; ids made later sort later, as text, in every collation. */
export function newId<Prefix extends string>(prefix: Prefix, now: number): Id<Prefix> {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  return idFromBytes(prefix, bytes);
}

/** Whether a text from outside has the shape of an id of this kind; anything else cannot exist and needs no lookup. */
export function isId<Prefix extends string>(prefix: Prefix, text: string): text is Id<Prefix> {
  return text.length === 30 && text.startsWith(`${prefix}_`) && pattern.test(text);
}

/** The 16 bytes an id stands for. */
export function idBytes(id: Id): Buffer {
  let value = 0n;
  for (const letter of id.slice(4)) value = (value << 5n) | BigInt(alphabet.indexOf(letter));
  return Buffer.from(value.toString(16).padStart(32, "0"), "hex");
}

/** The id of a kind that these 16 bytes stand for. */
export function idFromBytes<Prefix extends string>(prefix: Prefix, bytes: Uint8Array): Id<Prefix> {
  let rest = BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
  let text = "";
  for (let i = 0; i < 26; i++) {
    text = alphabet[Number(rest & 31n)] + text;
    rest >>= 5n;
  }
  return `${prefix}_${text}`;
}
