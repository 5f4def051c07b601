import type { InvitationTicketId, TicketId } from "../ids";

/** What an email is enqueued with for each kind of value. */
export interface Given {
  /** A time. It is shown in the recipient's language and time zone. */
  time: Date;
  /** What a user typed, such as the name of a key. It is shortened and shown without links. */
  name: string;
  /** The verified email of another user; null where it is not verified. Never an address that was only claimed. */
  verifiedEmail: string | null;
  /** What Bask wrote itself: a number, an IP address, the prefix of a key. */
  text: string;
  /** The ticket that the link of the email stands for. */
  ticket: TicketId;
  invitationTicket: InvitationTicketId;
}

/** A value that an email takes. */
export interface Value<Kind extends keyof Given = keyof Given> {
  kind: Kind;
  /** What it is, for docs/emails.md. */
  doc: string;
  example: Given[Kind];
}

/** The values of an email, by the names that its text has for them. */
export type Values = Readonly<Record<string, Value>>;

/** What an email must be enqueued with. */
export type GivenValues<V> = { [Name in keyof V]: V[Name] extends Value<infer Kind> ? Given[Kind] : never };

const value =
  <Kind extends keyof Given>(kind: Kind) =>
  (doc: string, example: Given[Kind]): Value<Kind> => ({ kind, doc, example });

export const text = value("text");
export const name = value("name");
export const verifiedEmail = value("verifiedEmail");
/** @param example ISO 8601 */
export const time = (doc: string, example = "2026-03-02T09:00:00Z") => value("time")(doc, new Date(example));

export const ticket = value("ticket")("What the link stands for.", "tkt_01jngc4e00000000000000000a");
export const invitationTicket = value("invitationTicket")(
  "What the link stands for.",
  "ivt_01jngc4e00000000000000000a",
);

/** Whether a value stands for the link, and is not shown itself. */
export const isTicket = (kind: keyof Given): boolean => kind === "ticket" || kind === "invitationTicket";

/** Values as the outbox keeps them. */
export const stored = (values: Record<string, Given[keyof Given]>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, value instanceof Date ? value.toISOString() : (value ?? "")]),
  );
