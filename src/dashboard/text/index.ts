import { english } from "./en";
import { type Language, languages } from "./languages";
import type { Text } from "./text";
import { asSaid, type Translations } from "./translate";

const place = "bask.language";

/** What the reader chose, or else the first language of their browser that there is. */
function choose(): Language {
  const wanted = [localStorage.getItem(place), ...navigator.languages].map((tag) => tag?.split("-")[0]);
  return languages.find((language) => language === wanted.find((tag) => languages.includes(tag as Language))) ?? "en";
}

export const language: Language = choose();
document.documentElement.lang = language;

const other = language === "de" ? await import("./de") : undefined;
/** In the language of the reader; loaded before any page is, so that pages can take their part of it when they are. */
export const text: Text = other?.german ?? english;
/** What the API says, in the language of the reader. */
export const translate: Translations = other?.translate ?? asSaid;

/** Shows everything in another language, here from now on. */
export function speak(next: Language) {
  localStorage.setItem(place, next);
  location.reload();
}

/** Follows what the user has set in their account, on a device where they have chosen nothing. */
export function follow(preferred: string | null) {
  const wanted = languages.find((language) => language === preferred?.split("-")[0]);
  if (wanted && wanted !== language && localStorage.getItem(place) === null) speak(wanted);
}
