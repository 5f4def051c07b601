import { useCallback, useRef, useState, useSyncExternalStore } from "react";
import { type AuthStatus, isBaskError, type LoggedIn, type Login, type User } from "../client";
import { useBask } from "./context";
import { useMutation } from "./mutations";
import { useQuery } from "./queries";

export interface SessionState {
  /** `loading` until it is known, also while the server cannot be reached: then there is an `error`. */
  status: "loading" | "signed-in" | "signed-out";
  user: User | undefined;
  error: unknown;
  refetch(): Promise<void>;
}

/** Who is signed in. It follows what happens in other tabs. */
export function useSession(): SessionState {
  const bask = useBask();
  const subscribe = useCallback((listener: () => void) => bask.onAuthChange(listener), [bask]);
  // A server does not know what the browser stored, so the first render is the same in both.
  const auth = useSyncExternalStore<AuthStatus>(subscribe, bask.authStatus, () => "unknown");
  const { data, error, refetch } = useQuery("me.get", auth === "signed-out" ? undefined : []);
  if (auth === "signed-out") return { status: "signed-out", user: undefined, error: undefined, refetch };
  return { status: data ? "signed-in" : "loading", user: data, error, refetch };
}

export interface SignIn {
  /** What the user is asked for now. */
  step: "credentials" | "two-factor" | "done";
  isPending: boolean;
  error: unknown;
  /** What a completed sign-in returned. */
  result: LoggedIn | undefined;
  /** The first step: email and password. */
  submit(input: Login): Promise<void>;
  /** The second one: a code of the authenticator app, or a backup code. */
  submitCode(code: string, options?: { trustDevice?: boolean | undefined }): Promise<void>;
  /** Begins anew. */
  reset(): void;
}

type SignInState = Pick<SignIn, "step" | "isPending" | "error" | "result">;
const start: SignInState = { step: "credentials", isPending: false, error: undefined, result: undefined };

/** Signing in, step by step. The password is not kept between the steps. */
export function useSignIn(): SignIn {
  const bask = useBask();
  const [state, setState] = useState(start);
  const challenge = useRef<string>(undefined);
  const isBusy = useRef(false);

  const attempt = useCallback(async (step: SignInState["step"], call: () => Promise<LoggedIn>) => {
    // Enter and a click on the button are one sign-in.
    if (isBusy.current) return;
    isBusy.current = true;
    setState({ ...start, step, isPending: true });
    try {
      const result = await call();
      setState({ ...start, step: "done", result });
    } catch (error) {
      setState({ ...start, ...nextOf(step, error) });
      if (isBaskError(error, "TWO_FACTOR_REQUIRED")) challenge.current = error.challenge ?? challenge.current;
    } finally {
      isBusy.current = false;
    }
  }, []);

  const submit = useCallback((input: Login) => attempt("credentials", () => bask.auth.login(input)), [attempt, bask]);
  const submitCode = useCallback(
    (twoFactorCode: string, options: { trustDevice?: boolean | undefined } = {}) =>
      attempt("two-factor", () =>
        bask.auth.continueLogin({ challenge: challenge.current ?? "", twoFactorCode, ...options }),
      ),
    [attempt, bask],
  );
  const reset = useCallback(() => setState(start), []);
  return { ...state, submit, submitCode, reset };
}

/** Which step follows an error. A wrong code may be corrected; a challenge that ended begins anew. */
function nextOf(step: SignInState["step"], error: unknown): Pick<SignInState, "step" | "error"> {
  if (isBaskError(error, "TWO_FACTOR_REQUIRED")) return { step: "two-factor", error: undefined };
  return { step: isBaskError(error, "INVALID_CHALLENGE") ? "credentials" : step, error };
}

/** Signs out, in all tabs. */
export const useSignOut = () => useMutation("auth.logout");
