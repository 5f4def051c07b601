import { type ReactNode, useRef, useState } from "react";
import { BaskError } from "../../sdk/client";
import { Failure } from "./failure";

export interface FormState<Result> {
  /** Whether what was sent is under way. */
  busy: boolean;
  /** Why it failed, unless that is said beside the fields. */
  failure: unknown;
  /** What is wrong with a field, by its name in the request. */
  errorOf(field: string): string | undefined;
  submit(): Promise<Result | undefined>;
  reset(): void;
}

/**
 * Sends what a form holds. What was typed stays when it fails, and a second click while it is under way does nothing.
 * @param fields the fields of the request that the form shows errors beside
 */
export function useForm<Result>(
  fields: readonly string[],
  send: () => Promise<Result>,
  done: (result: Result) => void | Promise<void> = () => {},
): FormState<Result> {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const sending = useRef(false);
  const details = failure instanceof BaskError ? (failure.details ?? []) : [];
  const errorOf = (field: string) =>
    details.find(({ path }) => path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`))?.message;

  async function submit() {
    if (sending.current) return undefined;
    sending.current = true;
    setBusy(true);
    setFailure(undefined);
    try {
      const result = await send();
      await done(result);
      return result;
    } catch (error) {
      setFailure(error);
      return undefined;
    } finally {
      sending.current = false;
      setBusy(false);
    }
  }
  const besideFields =
    details.length > 0 && details.every(({ path }) => fields.some((field) => path.startsWith(field)));
  return { busy, failure: besideFields ? undefined : failure, errorOf, submit, reset: () => setFailure(undefined) };
}

/** A form: Enter sends it, and a failure that belongs to no field stands above its buttons. */
export function Form({
  state,
  children,
  actions,
}: {
  state: FormState<unknown>;
  children: ReactNode;
  actions: ReactNode;
}) {
  return (
    <form
      className="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void state.submit();
      }}
    >
      {children}
      {state.failure !== undefined && <Failure error={state.failure} />}
      <div className="form-actions">{actions}</div>
    </form>
  );
}
