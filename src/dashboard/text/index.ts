import { english } from "./en";

/** Every sentence of the dashboard. A language is a file like `en.ts`; the compiler finds what it lacks. */
export type Text = typeof english;

export const language = "en";
export const text: Text = english;
