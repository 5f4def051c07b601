import { lruMap } from "../cache/lru";
import type { DerivedToken, DerivedTokens } from "../crypto/derived-tokens";
import type { OrganizationId } from "../ids";
import { expandAll } from "./permissions";
import type { Principal } from "./principals";
import { narrower } from "./resource-kinds";
import type { Standing } from "./standing";
import { credentialPermissions } from "./token-standing";

/** A derived token, and what it came to when its parent was looked at last. */
export interface KnownDerived extends DerivedToken {
  parent: Principal | undefined;
  principal: Principal | undefined;
}

/** Derived tokens by their text, so that the MAC of one that comes again is not computed again. */
export interface DerivedCache {
  /** Undefined for anything that is not a derived token of this installation. */
  get(text: string): KnownDerived | undefined;
  write: DerivedTokens["write"];
  read: DerivedTokens["read"];
}

/** Tokens that one process remembers. */
const maxTokens = 10_000;

export function openDerivedCache({ read, write }: DerivedTokens): DerivedCache {
  const known = lruMap<KnownDerived>(maxTokens);
  return {
    read,
    write,
    get(text) {
      const found = known.get(text);
      if (found) return found;
      const token = read(text);
      if (!token) return undefined;
      const derived: KnownDerived = { ...token, parent: undefined, principal: undefined };
      known.set(text, derived);
      return derived;
    },
  };
}

/** A credential with no more than a token that was derived from it has, and never what creates credentials. */
export function narrowed(parent: Principal, { scopes, only, expiresAt }: DerivedToken): Principal {
  const granted = expandAll(scopes).difference(credentialPermissions);
  const common = {
    scopes,
    only: narrower(parent.only, only),
    life: {
      ...parent.life,
      endsAt: Math.min(parent.life.endsAt, expiresAt),
      worksUntil: Math.min(parent.life.worksUntil, expiresAt),
    },
  };
  if (parent.kind === "key") return { ...parent, ...common, permissions: parent.permissions.intersection(granted) };
  const standings = new Map<OrganizationId, Standing>();
  for (const [id, standing] of parent.standings)
    standings.set(id, { ...standing, permissions: standing.permissions.intersection(granted) });
  return { ...parent, ...common, standings };
}
