import { randomInt } from "node:crypto";
import type { App } from "../app";
import type { Reader } from "../db/database";
import { fieldMessages } from "../field-messages.contract";
import { invalid, Problem } from "../problems";
import { takenSlugs } from "./organizations.sql";
import { isReservedSlug } from "./reserved-slugs";

/** @throws Problem VALIDATION_ERROR for a slug that no organization can have */
export function requireUnreserved(slug: string) {
  if (isReservedSlug(slug)) throw invalid("slug", fieldMessages.reservedSlug);
}

/** The slug that a name suggests. */
export function slugOf(name: string): string {
  const words =
    name
      .normalize("NFKD")
      .replace(/\p{M}+/gu, "")
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  const slug = words.join("-").slice(0, 39).replace(/-$/, "");
  return slug.length >= 3 ? slug : `org-${randomInt(1e9, 1e10)}`;
}

/** A free slug like this one: with a small number after it, or a random one when those are taken. */
export async function freeSlug(db: Reader, slug: string): Promise<string> {
  const candidates = Array.from({ length: 20 }, (_, i) => `${stemOf(slug)}-${i + 2}`);
  const taken = await takenSlugs(db, candidates);
  return candidates.find((candidate) => !taken.has(candidate)) ?? randomSlug(slug);
}

const stemOf = (slug: string) => slug.slice(0, 39).replace(/-$/, "");
export const randomSlug = (slug: string) => `${stemOf(slug)}-${randomInt(1e9, 1e10)}`;

/** What a client is told of a slug that is taken: one that is free. */
export async function slugTaken(app: App, slug: string) {
  const free = await freeSlug(app.db.reader, slug);
  return new Problem("CONFLICT", {
    reason: "slug_taken",
    details: [{ path: "slug", message: fieldMessages.takenSlug(free) }],
  });
}
