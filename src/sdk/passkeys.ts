import type { PasskeyAssertion } from "../passkeys/assertion.contract";
import type { AcceptedPasskeys, AddPasskey, CreationOptions, RequestOptions } from "../passkeys/passkeys.contract";
import type { Input, Output } from "./wire";

/** What browsers have for passkeys (WebAuthn level 3), as far as it is used here. */
interface Credentials {
  create(options: { publicKey: object }): Promise<{ toJSON(): unknown } | null>;
  get(options: { publicKey: object }): Promise<{ toJSON(): unknown } | null>;
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

/** Asks the user to create a passkey. @throws DOMException when they do not */
export async function createPasskey(options: Output<typeof CreationOptions>) {
  const { credentials, PublicKeyCredential } = browser();
  const created = await credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  return created!.toJSON() as Input<typeof AddPasskey>["passkey"];
}

/** Asks the user to use one of their passkeys. @throws DOMException when they do not */
export async function usePasskey(options: Output<typeof RequestOptions>) {
  const { credentials, PublicKeyCredential } = browser();
  const used = await credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  return used!.toJSON() as Input<typeof PasskeyAssertion>;
}

/** Tells the browser which passkeys of an account still work. Browsers that cannot hear it keep offering the others. */
export async function signalAcceptedPasskeys(accepted: Output<typeof AcceptedPasskeys>) {
  const { PublicKeyCredential } = globalThis as unknown as { PublicKeyCredential?: PublicKeyCredentials };
  await PublicKeyCredential?.signalAllAcceptedCredentials?.(accepted).catch(() => undefined);
}
