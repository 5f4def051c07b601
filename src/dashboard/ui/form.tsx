import { type ChangeEvent, type ReactNode, useEffect, useRef, useState } from "react";
import type { AdminBask } from "../../sdk/admin";
import { BaskError } from "../../sdk/client";
import { afterConflict } from "../data/changes";
import { bask } from "../data/client";
import type { Act } from "../data/copy-as";
import { editsOf } from "../data/edits";
import { useDraft } from "../data/session";
import { text, translate } from "../text";
import { Button } from "./button";
import { CopyAs } from "./copy-as";
import { Dialog } from "./dialog";
import { Failure } from "./failure";

type TextNames<Values> = { [Name in keyof Values]: Values[Name] extends string ? Name : never }[keyof Values] & string;

export interface FormState<Values = object> {
  /** What the form holds now. */
  values: Values;
  set(changed: Partial<Values>): void;
  /** What a text field or a select needs: its value, what is wrong with it, and what to do when it changes. */
  input(name: TextNames<Values>): {
    value: string;
    error: string | undefined;
    onChange(event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>): void;
  };
  /** What is wrong with a field, by its name in the request. */
  errorOf(name: keyof Values & string): string | undefined;
  /** Whether what was sent is under way. */
  busy: boolean;
  /** Why it failed, unless that is said beside the fields. */
  failure: unknown;
  /** What it held when it was opened, or sent last. */
  begun: Values;
  /** Sends the values, with these changes for once. */
  submit(changed?: Partial<Values>): Promise<void>;
  /** Takes over what was changed elsewhere: what was typed stays, the other fields become what they are now. */
  rebase(now: Values): void;
  /** Back to the values that it began with. */
  reset(): void;
}

/**
 * Keeps what a form holds, and sends it. What was typed stays when it fails or the session ends, and a second click while it is under way does
 * nothing.
 * @param initial the fields by their names in the request, so that what is wrong with one is said beside it
 */
export function useForm<Values extends object, Result>(
  initial: Values,
  send: (values: Values, begun: Values) => Promise<Result>,
  done: (result: Result) => void | Promise<void> = () => {},
): FormState<Values> {
  const [values, setValues] = useState(initial);
  const [begun, setBegun] = useState(initial);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const sending = useRef(false);
  useDraft(JSON.stringify(values) !== JSON.stringify(initial));
  const details = failure instanceof BaskError ? (failure.details ?? []) : [];
  const isAbout = (path: string, name: string) =>
    path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`);
  const errorOf = (name: string) => {
    const detail = details.find(({ path }) => isAbout(path, name));
    return detail && translate.field(detail.message);
  };
  const set = (changed: Partial<Values>) => setValues((before) => ({ ...before, ...changed }));

  async function submit(changed?: Partial<Values>) {
    if (sending.current) return;
    sending.current = true;
    setBusy(true);
    setFailure(undefined);
    try {
      const sent = { ...values, ...changed };
      const result = await send(sent, begun);
      setBegun(sent);
      await done(result);
    } catch (error) {
      await afterConflict(error);
      if (!(error instanceof Canceled)) setFailure(error);
    } finally {
      sending.current = false;
      setBusy(false);
    }
  }

  const names = Object.keys(initial);
  const besideFields = details.length > 0 && details.every(({ path }) => names.some((name) => isAbout(path, name)));
  return {
    values,
    begun,
    set,
    input: (name) => ({
      value: values[name] as string,
      error: errorOf(name),
      onChange: ({ target }) => set({ [name]: target.value } as unknown as Partial<Values>),
    }),
    errorOf,
    busy,
    failure: besideFields ? undefined : failure,
    submit,
    rebase(now) {
      setValues({ ...now, ...editsOf(begun, values) });
      setBegun(now);
    },
    reset() {
      setValues(initial);
      setFailure(undefined);
    },
  };
}

/** A form that is one act of the API: it can be copied as it would be sent now, for a shell and a program. */
export interface ActState<Values = object> extends FormState<Values> {
  act: Act;
}

/**
 * Keeps what a form holds, and does an act with it.
 * @param send does nothing but call the client that it is given, and what waits in `confirmed`: it is also called to see what it would send
 */
export function useAct<Values extends object, Result>(
  initial: Values,
  send: (bask: AdminBask, values: Values, begun: Values) => Promise<Result>,
  done?: (result: Result) => void | Promise<void>,
): ActState<Values> {
  const form = useForm(initial, (values, begun) => send(bask, values, begun), done);
  return { ...form, act: (client) => send(client, form.values, form.begun) };
}

/** Thrown where the user decided against it, which is not a failure. */
export class Canceled extends Error {}

interface FormProps {
  state: { busy: boolean; failure: unknown; submit(): Promise<void>; act?: Act };
  /** What the button says: the act itself, never "OK". */
  action: string;
  /** For what cannot be undone. */
  danger?: boolean | undefined;
  /** Until something was filled in. */
  disabled?: boolean | undefined;
  children?: ReactNode;
}

/** A form: Enter sends it, and a failure that belongs to no field stands above its buttons. */
export function Form({
  state,
  action,
  danger,
  disabled,
  wide,
  before,
  after,
  children,
}: FormProps & { wide?: boolean; before?: ReactNode; after?: ReactNode }) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    // Where something is wrong, once it is known.
    if (state.busy) return;
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
    // In a tall dialog it is below its edge.
    form.current?.querySelector(':scope > [role="alert"]')?.scrollIntoView({ block: "nearest" });
  }, [state.busy]);
  // In a dialog, where the first button leads back, the buttons come last.
  const copyAs = state.act && <CopyAs act={state.act} />;
  return (
    <form
      ref={form}
      className="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void state.submit();
      }}
    >
      {children}
      {before && copyAs}
      {state.failure !== undefined && <Failure error={state.failure} />}
      <div className="form-actions">
        {before}
        <Button
          kind={danger ? "danger" : "primary"}
          type="submit"
          busy={state.busy}
          {...(disabled && { disabled })}
          {...(wide && { wide })}
        >
          {action}
        </Button>
        {after}
      </div>
      {!before && copyAs}
    </form>
  );
}

/** A form above the page, which can always be canceled. */
export const DialogForm = ({
  title,
  about,
  wide,
  onClose,
  ...form
}: FormProps & { title: string; about?: ReactNode; wide?: boolean; onClose: () => void }) => (
  <Dialog title={title} about={about} {...(wide && { wide })} onClose={onClose}>
    <Form {...form} before={<Button onClick={onClose}>{text.common.cancel}</Button>} />
  </Dialog>
);
