import type { AddPasskey, Api, PasskeyAssertion } from "./api";
import type { Signal } from "./platform";

/** What browsers have for passkeys (WebAuthn level 3), as far as it is used here. */
interface Credentials {
  create(options: { publicKey: object }): Promise<{ toJSON(): unknown } | null>;
  get(options: {
    publicKey: object;
    mediation?: string | undefined;
    signal?: Signal | undefined;
  }): Promise<{ toJSON(): unknown } | null>;
}
interface PublicKeyCredentials {
  parseCreationOptionsFromJSON(options: object): object;
  parseRequestOptionsFromJSON(options: object): object;
  signalAllAcceptedCredentials?(accepted: object): Promise<void>;
}

function browser() {
  const { navigator, PublicKeyCredential } = globalThis as unknown as {
    navigator?: { credentials?: Credentials };
    PublicKeyCredential?: PublicKeyCredentials;
  };
  if (!navigator?.credentials || !PublicKeyCredential)
    throw new Error("Passkeys need a browser, and a page over https.");
  return { credentials: navigator.credentials, PublicKeyCredential };
}

/** Puts what the browser does between two requests into the methods for passkeys. The user may refuse: that is a DOMException. */
export function addPasskeyCeremonies({ auth, passkeys }: Pick<Api, "auth" | "passkeys">) {
  const { loginWithPasskey } = auth;
  const { create, remove } = passkeys;

  passkeys.use = async (how) => {
    const { credentials, PublicKeyCredential } = browser();
    const options = PublicKeyCredential.parseRequestOptionsFromJSON(await passkeys.getRequestOptions());
    return (await credentials.get({ publicKey: options, ...how }))!.toJSON() as PasskeyAssertion;
  };

  auth.loginWithPasskey = async (passkey, own) =>
    loginWithPasskey({ passkey: passkey ?? (await passkeys.use()) } as never, own);

  passkeys.create = async ({ name, ...identity } = {}) => {
    const { credentials, PublicKeyCredential } = browser();
    const options = PublicKeyCredential.parseCreationOptionsFromJSON(await passkeys.getCreationOptions(identity));
    const passkey = (await credentials.create({ publicKey: options }))!.toJSON() as AddPasskey["passkey"];
    return create({ passkey, name } as never);
  };

  passkeys.remove = async (passkeyId, identity, own) => {
    const accepted = await remove(passkeyId, identity, own);
    // Browsers that cannot hear it keep offering the one that was removed.
    const { PublicKeyCredential } = globalThis as unknown as { PublicKeyCredential?: PublicKeyCredentials };
    await PublicKeyCredential?.signalAllAcceptedCredentials?.(accepted).catch(() => undefined);
    return accepted;
  };
}
