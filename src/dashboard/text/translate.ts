/** What the API says in English, in the language of the reader; as it came, where that language has no words of its own for it. */
export interface Translations {
  /** The sentence of an error. */
  problem(error: { code: string; reason?: string | undefined; message: string }): string;
  /** What is wrong with a field, to stand after its name. */
  field(message: string): string;
  /** What a scope allows. */
  scope(scope: { scope: string; description: string }): string;
  /** What a device is called, such as `Firefox on macOS`. */
  device(name: string): string;
  /** What the system page says of the installation: what was found, why it matters, what to do. */
  finding<Of extends Finding>(finding: Of): Of;
  /** A variable of the configuration: what it is about, what it does, and what holds without it. */
  variable<Of extends Variable>(variable: Of): Of;
}

interface Finding {
  code: string;
  values: Record<string, string>;
  what: string;
  why?: string | undefined;
  fix?: string | undefined;
}

interface Variable {
  name: string;
  group: string;
  doc: string;
  otherwise: string | null;
}

export const asSaid: Translations = {
  problem: ({ message }) => message,
  field: (message) => message,
  scope: ({ description }) => description,
  device: (name) => (name === "an unknown device" ? "Unknown device" : name),
  finding: (finding) => finding,
  variable: (variable) => variable,
};
