/** The value of a cookie of a request; of a name that comes twice, the first. */
export function readCookie(request: Request, name: string): string | undefined {
  const cookies = request.headers.get("cookie")?.split(";") ?? [];
  const cookie = cookies.map((text) => text.trim()).find((text) => text.startsWith(`${name}=`));
  return cookie?.slice(name.length + 1);
}

/**
 * A cookie for this host alone: the prefix binds it to the host and to TLS (RFC 6265bis), and scripts cannot read it. Lax, so that it comes along
 * when another site leads here.
 */
export const hostCookieAttributes = "Path=/; Secure; HttpOnly; SameSite=Lax";

/** The value of Set-Cookie for such a cookie; zero seconds remove it. */
export const hostCookie = (name: string, value: string, seconds: number): string =>
  `${name}=${value}; ${hostCookieAttributes}; Max-Age=${seconds}`;
