import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";
import { freePort } from "./free-port";

/** What a provider says about an account. */
export interface Account {
  sub: string;
  email?: string;
  email_verified?: boolean;
  name?: string;
  hd?: string;
}

/** An OpenID Connect provider in this process. Whoever comes is signed in as `account`. */
export interface TestProvider {
  issuer: string;
  account: Account;
  /** What a browser gets that is sent to a URL of it: the URL of the callback. */
  visit(url: string): Promise<URL>;
  close(): Promise<void>;
}

export const client = { clientId: "bask", clientSecret: "a secret of the test provider" };

/** @param redirectUri where browsers are sent back to */
export async function openProvider(redirectUri: string): Promise<TestProvider> {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const state = { account: { sub: "1", email: "ada@example.com", email_verified: true } as Account };
  const provider = new Provider(issuer, {
    clients: [{ client_id: client.clientId, client_secret: client.clientSecret, redirect_uris: [redirectUri] }],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "hd"] },
    findAccount: (_ctx, accountId) => ({ accountId, claims: () => ({ ...state.account }) }),
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client!.clientId,
        accountId: ctx.oidc.session!.accountId!,
      });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
    cookies: { keys: ["a key of the test provider"] },
  });
  const respond = provider.callback();
  const server = createServer((request, response) => {
    if (!request.url!.startsWith("/interaction/")) return void respond(request, response);
    void provider.interactionFinished(request, response, { login: { accountId: state.account.sub } });
  });
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  const { port: bound } = server.address() as AddressInfo;

  return {
    issuer: `http://127.0.0.1:${bound}`,
    get account() {
      return state.account;
    },
    set account(account) {
      state.account = account;
    },
    async visit(start) {
      const cookies = new Map<string, string>();
      let url = new URL(start);
      for (let hops = 0; url.origin === issuer && hops < 10; hops++) {
        const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
        const response = await fetch(url, { redirect: "manual", headers: { cookie } });
        for (const set of response.headers.getSetCookie()) {
          const [, name, value] = /^([^=]+)=([^;]*)/.exec(set)!;
          cookies.set(name!, value!);
        }
        const location = response.headers.get("location");
        if (!location) throw new Error(`The test provider answered ${response.status}: ${await response.text()}`);
        url = new URL(location, url);
      }
      return url;
    },
    close: () => new Promise((done) => void server.close(() => done())),
  };
}
