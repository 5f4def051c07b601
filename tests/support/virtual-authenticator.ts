import type { Page } from "playwright-core";
import { closeAfterwards } from "./browser";

/** Gives the browser of a tab an authenticator that verifies its user, and does at once what it is asked for. */
export async function addAuthenticator(tab: Page) {
  closeAfterwards(tab);
  const cdp = await tab.context().newCDPSession(tab);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    /** Whether it recognizes its user from now on. */
    verifyUser: (isUserVerified: boolean) => cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }),
  };
}
