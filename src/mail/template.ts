import type { Values } from "./values";

/**
 * An email as it is written: `{{name}}` stands for a value, `{{appName}}` for the product's name, and `{{link}}` for the one URL the reader may
 * open. Paragraphs are separated by empty lines.
 */
export interface EmailTemplate<V extends Values = Values> {
  subject: string;
  text: string;
  /** What the email is enqueued with. */
  values: V;
  /** Where the link leads, below APP_URL. It carries the token of the value `ticket`. */
  path?: string;
  /** What the button says. */
  action?: string;
  /** Someone waits for it: it is sent before notices, and one beyond the budget of its recipient is not sent at all. */
  awaited?: boolean;
  /** It is sent however often: it goes only to addresses that had the account, and is their owner's way back. */
  unbounded?: boolean;
}

/** Whether what exceeds the budget of its recipient is collected into one email: notices without a link of their own. */
export const isCollected = ({ awaited, path }: EmailTemplate): boolean => !awaited && path === undefined;

/** Declares an email. */
export const template = <V extends Values>(template: EmailTemplate<V>) => template;
