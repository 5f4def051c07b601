import type { english } from "./en";

/**
 * Every sentence of the dashboard. A language is a file like `de.ts`, and does not compile while it lacks one: a sentence that is missing would be
 * shown in another language.
 */
export type Text = typeof english;
