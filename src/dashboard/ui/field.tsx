import { type ComponentProps, type ReactNode, useId, useState } from "react";
import { text } from "../text";
import { IconButton } from "./button";

interface FieldProps {
  label: string;
  help?: ReactNode;
  /** What is wrong with the value. */
  error?: string | undefined;
  optional?: boolean;
}

/** What ties a control to its label, help and error. */
function useFieldIds({ help, error }: Pick<FieldProps, "help" | "error">) {
  const id = useId();
  const describedBy = [error && `${id}-error`, help && `${id}-help`].filter(Boolean).join(" ");
  return {
    id,
    control: { id, "aria-describedby": describedBy || undefined, "aria-invalid": error ? true : undefined },
  };
}

function Frame({ id, label, help, error, optional, children }: FieldProps & { id: string; children: ReactNode }) {
  return (
    <div className="field">
      <label htmlFor={id}>
        {label} {optional && <span className="optional">{text.common.optional}</span>}
      </label>
      {children}
      {error && (
        <p className="field-error" id={`${id}-error`}>
          {label} {error}.
        </p>
      )}
      {help && (
        <p className="help" id={`${id}-help`}>
          {help}
        </p>
      )}
    </div>
  );
}

export function TextField({ label, help, error, optional, ...input }: FieldProps & ComponentProps<"input">) {
  const { id, control } = useFieldIds({ help, error });
  return (
    <Frame {...{ id, label, help, error }} optional={optional ?? false}>
      <input {...input} {...control} className="input" />
    </Frame>
  );
}

export function TextArea({ label, help, error, optional, ...input }: FieldProps & ComponentProps<"textarea">) {
  const { id, control } = useFieldIds({ help, error });
  return (
    <Frame {...{ id, label, help, error }} optional={optional ?? false}>
      <textarea {...input} {...control} className="input" />
    </Frame>
  );
}

export function SelectField({ label, help, error, children, ...input }: FieldProps & ComponentProps<"select">) {
  const { id, control } = useFieldIds({ help, error });
  return (
    <Frame {...{ id, label, help, error }}>
      <select {...input} {...control} className="input">
        {children}
      </select>
    </Frame>
  );
}

/** A password that its owner may look at while they type. */
export function PasswordField({ label, help, error, ...input }: FieldProps & ComponentProps<"input">) {
  const { id, control } = useFieldIds({ help, error });
  const [shown, show] = useState(false);
  return (
    <Frame {...{ id, label, help, error }}>
      <span className="input-group">
        <input {...input} {...control} type={shown ? "text" : "password"} className="input" spellCheck={false} />
        <IconButton
          icon={shown ? "eye-off" : "eye"}
          label={shown ? text.common.hidePassword : text.common.showPassword}
          onClick={() => show(!shown)}
        />
      </span>
    </Frame>
  );
}

/** A code of the authenticator app, or a backup code; blanks in it do not matter. */
export const CodeField = (field: FieldProps & ComponentProps<"input">) => (
  <TextField autoComplete="one-time-code" autoCapitalize="none" spellCheck={false} {...field} />
);

/** One of a few choices, or one that is on or off. */
export function Choice({ label, help, ...input }: { label: ReactNode; help?: ReactNode } & ComponentProps<"input">) {
  const id = useId();
  return (
    <label className="choice">
      <input type="checkbox" {...input} aria-describedby={help ? id : undefined} />
      <span>{label}</span>
      {help && (
        <span className="help" id={id}>
          {help}
        </span>
      )}
    </label>
  );
}

/** Choices that belong together. */
export function Choices({ label, help, error, children }: FieldProps & { children: ReactNode }) {
  const id = useId();
  return (
    <fieldset className="field" aria-describedby={error ? id : undefined}>
      <legend>{label}</legend>
      {help && <p className="help">{help}</p>}
      <div className="choices">{children}</div>
      {error && (
        <p className="field-error" id={id}>
          {label} {error}.
        </p>
      )}
    </fieldset>
  );
}
