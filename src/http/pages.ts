import type { App } from "../app";
import { type NewHeaders, redirectResponse, textResponse } from "./responses";
import type { PlainRoute } from "./route";

export interface PageOptions {
  /** MIME type; HTML unless said. */
  type?: string;
  /** The page's Content-Security-Policy. Without one it can load nothing and is framed by no one. */
  contentSecurityPolicy?: string;
}

/** A page or a file that is the same for everyone: GET and HEAD, no credential, no input. */
export const page = (
  path: string,
  text: string | ((app: App) => string),
  { type = "text/html", contentSecurityPolicy }: PageOptions = {},
): PlainRoute => ({
  path,
  respond(app: App, headers: NewHeaders) {
    if (contentSecurityPolicy) headers.set("Content-Security-Policy", contentSecurityPolicy);
    return textResponse(type, typeof text === "string" ? text : text(app), headers);
  },
});

/** Leads from one path to another place, with 302 Found. */
export const redirect = (path: string, to: string | ((app: App) => string)): PlainRoute => ({
  path,
  respond: (app, headers) => redirectResponse(typeof to === "string" ? to : to(app), headers),
});
