/** GitHub as far as sign-ins ask it, as an Enterprise Server: its API is under /api/v3. */
export function openGitHubStub() {
  const codes = new Map<string, { challenge: string }>();
  const stub = {
    user: { id: 583231, login: "octocat", name: "Mona Octocat" } as Record<string, unknown>,
    emails: [
      { email: "unverified@example.com", verified: false, primary: true },
      { email: "mona@example.com", verified: true, primary: false },
    ] as Record<string, unknown>[],
    fails: false,
    url: "",
    /** Where a browser is sent that comes to the URL. */
    visit(start: string): URL {
      const url = new URL(start);
      const code = crypto.randomUUID();
      codes.set(code, { challenge: url.searchParams.get("code_challenge")! });
      const callback = new URL(url.searchParams.get("redirect_uri")!);
      callback.search = new URLSearchParams({ code, state: url.searchParams.get("state")! }).toString();
      return callback;
    },
    close: () => server.stop(true),
  };
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (stub.fails) return new Response("down", { status: 503 });
      if (pathname === "/login/oauth/access_token") {
        const form = new URLSearchParams(await request.text());
        const code = codes.get(form.get("code") ?? "");
        codes.delete(form.get("code") ?? "");
        const verifier = new Bun.CryptoHasher("sha256").update(form.get("code_verifier") ?? "").digest("base64url");
        const isValid = code?.challenge === verifier && form.get("client_secret") === "a secret of the stub";
        return Response.json(isValid ? { access_token: "gho_test" } : { error: "bad_verification_code" });
      }
      if (request.headers.get("authorization") !== "Bearer gho_test") return new Response("", { status: 401 });
      if (pathname === "/api/v3/user") return Response.json(stub.user);
      if (pathname === "/api/v3/user/emails") return Response.json(stub.emails);
      return new Response("", { status: 404 });
    },
  });
  stub.url = `http://127.0.0.1:${server.port}`;
  return stub;
}
