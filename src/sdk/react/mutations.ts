import { useCallback, useRef, useState } from "react";
import type { Methods } from "../client";
import { useCache } from "./context";
import { callMethod, keyOf } from "./key";

type Result<Name extends keyof Methods> = Awaited<ReturnType<Methods[Name]>>;

/** Changes what a query shows. */
export type Patch = <Name extends keyof Methods>(
  method: Name,
  args: Parameters<Methods[Name]>,
  update: (data: Result<Name>) => Result<Name>,
) => void;

export interface MutationOptions<Name extends keyof Methods> {
  /** The namespaces that are loaded again, `["apiKeys", "plan"]`; by default everything that is shown. */
  invalidates?: readonly string[] | undefined;
  /** Shows what will be, before the server confirmed it; it is undone when the call fails. For what the server will not refuse, such as a name. */
  optimistic?: ((patch: Patch, ...args: Parameters<Methods[Name]>) => void) | undefined;
}

export interface Mutation<Name extends keyof Methods> {
  /** Calls the method; what it failed with is in `error`. */
  mutate(...args: Parameters<Methods[Name]>): void;
  /** Calls the method, and returns or throws what it does. */
  mutateAsync(...args: Parameters<Methods[Name]>): Promise<Result<Name>>;
  isPending: boolean;
  /** What the latest call returned. */
  data: Result<Name> | undefined;
  error: unknown;
  /** Forgets the latest call. */
  reset(): void;
}

interface State {
  isPending: boolean;
  data?: unknown;
  error?: unknown;
}

const idle: State = { isPending: false };

/** A method that changes something: `const { mutate, isPending, error } = useMutation("apiKeys.create")`. Afterward what is shown is loaded again. */
export function useMutation<Name extends keyof Methods>(
  method: Name,
  options: MutationOptions<Name> = {},
): Mutation<Name> {
  const cache = useCache();
  const [state, setState] = useState(idle);
  const latest = useRef(0);
  const current = useRef(options);
  current.current = options;

  const mutateAsync = useCallback(
    async (...args: Parameters<Methods[Name]>): Promise<Result<Name>> => {
      const { optimistic, invalidates } = current.current;
      const call = ++latest.current;
      const settle = (next: State) => call === latest.current && setState(next);
      const undo: (() => void)[] = [];
      optimistic?.(
        (name, of, update) => {
          undo.push(cache.patch(keyOf(name, of), update as (data: unknown) => unknown));
        },
        ...args,
      );
      settle({ isPending: true });
      try {
        const data = await callMethod(cache.bask, method, args);
        settle({ isPending: false, data });
        cache.invalidate(invalidates && ((key) => invalidates.some((namespace) => key.startsWith(`${namespace}.`))));
        return data as Result<Name>;
      } catch (error) {
        for (const step of undo.reverse()) step();
        settle({ isPending: false, error });
        throw error;
      }
    },
    [cache, method],
  );
  const mutate = useCallback(
    (...args: Parameters<Methods[Name]>) => void mutateAsync(...args).catch(() => {}),
    [mutateAsync],
  );
  const reset = useCallback(() => {
    latest.current++;
    setState(idle);
  }, []);
  return { mutate, mutateAsync, reset, ...(state as { isPending: boolean; data: Result<Name>; error: unknown }) };
}
