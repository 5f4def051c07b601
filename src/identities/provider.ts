import type { Provider } from "../config/providers";

/** What a provider says about the person who came back from it. */
export interface Claims {
  /** With the issuer, the account there, for good. */
  subject: string;
  /** An email that the provider has verified, as it spells it; undefined where it tells none. */
  email: string | undefined;
  /** Whether its word about this email counts as much as a link that came back. */
  isAuthoritative: boolean;
  fullName: string | undefined;
}

/** What ties the answer of a provider to what it was asked (RFC 9700, 2.1). */
export interface Checks {
  state: string;
  nonce: string;
  codeVerifier: string;
  redirectUri: string;
  /** The provider is to ask the person to sign in there again: when it was asked, in milliseconds. Undefined where any session there will do. */
  freshSince?: number | undefined;
}

/** A provider, as sign-ins use it. No token of it is kept. */
export interface ProviderClient {
  readonly provider: Provider;
  /** Where to send the browser. @throws Error while the provider does not answer */
  authorizationUrl(checks: Checks): Promise<string>;
  /**
   * Exchanges what the browser brought back, once.
   * @param callback the whole URL of the callback
   * @throws Error for an answer that is not valid, and while the provider does not answer
   */
  claims(callback: URL, checks: Checks): Promise<Claims>;
}
