import type { z } from "zod";
import type { builtIn, GrantOf, PermissionOf, Resources } from "../access/catalog";
import type { EmailTemplate } from "../mail/template";

/**
 * What a product adds to the closed catalogs of Bask. From here its permissions, events, problems and emails are used and checked like
 * Bask's own: a name that stands in no catalog does not compile.
 */
export interface Declarations<
  R extends Resources,
  P extends Readonly<Record<string, readonly string[]>>,
  Events extends Readonly<Record<string, string>>,
  Problems extends Readonly<Record<string, ProblemEntry>>,
  Emails extends Readonly<Record<string, EmailTemplate>>,
> {
  /** Resources and what can be done with them: `projects: ["read", "create"]`. Owners and admins may do all of it, members what is called `read`. */
  permissions: R;
  /** Kinds of resources that keys and tokens can be bound to, with the prefix of their ids: `projects: "prj"`. */
  resourceKinds?: { readonly [Resource in keyof R]?: string };
  /** What members and viewers may do besides. */
  roles: { member: readonly PermissionOf<R>[]; viewer: readonly PermissionOf<R>[] };
  /** Named sets of scopes for new keys. */
  presets: P;
  /** Types of audit events, `noun.what_happened`, each with what it means. */
  events: Events;
  /** What webhooks are told of an event beside whom it concerns, as zod shapes by type: an allow-list of its details. Without one, nothing. */
  webhookDetails?: { readonly [Type in keyof Events]?: z.ZodRawShape };
  /** Error codes with their HTTP status and public sentence. */
  problems: Problems;
  /** Emails, by name. */
  emails: Emails;
}

/** An error code: its HTTP status and its public sentence. */
export interface ProblemEntry {
  status: number;
  message: string;
  /** The causes it can have, by a name clients may rely on. `{name}` in a sentence stands for a value. */
  reasons?: Readonly<Record<string, string>>;
}

/** Declares what a product adds. */
export const declare = <
  const R extends Resources,
  const P extends Readonly<Record<string, readonly GrantOf<R & typeof builtIn>[]>>,
  const Events extends Readonly<Record<`${string}.${string}`, string>>,
  const Problems extends Readonly<Record<string, ProblemEntry>>,
  Emails extends Readonly<Record<string, EmailTemplate>>,
>(
  declarations: Declarations<R, P, Events, Problems, Emails>,
) => declarations;
