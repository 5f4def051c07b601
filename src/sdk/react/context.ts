import { createContext, createElement, type ReactNode, useContext, useEffect, useState } from "react";
import type { Bask, User } from "../client";
import { type Cache, openCache } from "./cache";
import { keyOf } from "./key";

const Context = createContext<Cache | undefined>(undefined);

export interface BaskProviderProps {
  client: Bask;
  /** The signed-in user, where the server that rendered the page knows it, so that the first render shows it already. */
  initialUser?: User | undefined;
  children?: ReactNode;
}

/** Gives a client to the hooks below it. Use one for the whole page, and one for each request on a server. */
export function BaskProvider({ client, initialUser, children }: BaskProviderProps) {
  const [cache, setCache] = useState(() => openWith(client, initialUser));
  if (cache.bask !== client) setCache(openWith(client, initialUser));
  useEffect(() => cache.followSession(), [cache]);
  return createElement(Context.Provider, { value: cache }, children);
}

function openWith(client: Bask, initialUser: User | undefined): Cache {
  const cache = openCache(client);
  if (initialUser) cache.seed(keyOf("me.get", []), initialUser, () => client.me.get());
  return cache;
}

export function useCache(): Cache {
  const cache = useContext(Context);
  if (!cache) throw new Error("Put a BaskProvider around what uses the hooks of bask/react.");
  return cache;
}

/** The client, for calls of your own. */
export const useBask = (): Bask => useCache().bask;
