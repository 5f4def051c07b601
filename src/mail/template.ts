/**
 * An email as it is written: `{{name}}` stands for a value, `{{link}}` for the one URL the reader may open. Paragraphs are separated by empty
 * lines.
 */
export interface EmailTemplate<Values extends Record<string, string> = Record<string, string>> {
  subject: string;
  text: string;
  /** Where the link leads, below APP_URL. It carries the token of the id in the value `ticket`. */
  path?: string;
  /** What the button says. */
  action?: string;
  /** Someone waits for it: it is sent before notices, and one beyond the budget of its recipient is not sent at all. */
  awaited?: boolean;
  /** It is sent however often: it goes only to addresses that had the account, and is their owner's way back. */
  unbounded?: boolean;
  /** Only the type: the values the email is enqueued with. */
  values?: Values;
}

/** Declares an email and the values it takes. */
export const template = <Values extends Record<string, string>>(template: EmailTemplate<Values>) => template;
