import type { OwnTemplate, OwnTemplates } from "./own-templates";
import type { EmailTemplate } from "./template";

/** The text of an email in one language. */
export interface Text {
  subject: string;
  text: string;
  html: string | undefined;
  /** What the button says. */
  action: string | undefined;
  /** What comes before a list of other occasions. */
  more?: string;
  /** BCP 47; undefined where an operator replaced the built-in text for every language. */
  language: string | undefined;
}

/**
 * The text for a recipient: the operator's for their language (de-CH, then de: RFC 4647, 3.4), or else the operator's for all languages, or
 * else the built-in one, which is English.
 */
export function chooseText(own: OwnTemplates, name: string, template: EmailTemplate, language?: string): Text {
  for (const tag of lookup(language)) {
    const text = own.get(tag)?.get(name);
    if (text) return { ...complete(text), language: tag };
  }
  const { subject, text, action } = template;
  const builtIn = { subject, text, html: undefined, action, more: "The same happened again:", language: "en" };
  const everywhere = own.get("")?.get(name);
  if (!everywhere) return builtIn;
  if (everywhere.subject === undefined) return { ...builtIn, ...everywhere };
  return { ...complete(everywhere), language: undefined };
}

/** `readOwnTemplates` sees to it that there is a subject and a text. */
const complete = ({ subject = "", text = "", html, action }: OwnTemplate) => ({ subject, text, html, action });

/** A language tag and what it falls back to, in lower case: `zh-hant-tw`, `zh-hant`, `zh`. */
function* lookup(language = ""): Generator<string> {
  let subtags = language.toLowerCase().split("-");
  while (subtags.length > 0 && subtags[0] !== "") {
    yield subtags.join("-");
    subtags = subtags.slice(0, -1);
    if (subtags.at(-1)?.length === 1) subtags = subtags.slice(0, -1);
  }
}
