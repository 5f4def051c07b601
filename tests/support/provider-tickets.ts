import { createHash, randomBytes } from "node:crypto";
import type { Person, World } from "./world";

/** What a page holds when its user comes back from a provider, for the session that linked or confirmed an account there. */
export async function providerTicket(
  world: World,
  { bask }: Person,
  kind: "link" | "reauthenticate" = "link",
  account: { issuer?: string; subject?: string } = {},
) {
  const codeVerifier = randomBytes(32).toString("base64url");
  const userId = (await bask.me.get()).id;
  const sessionId = (await bask.sessions.list()).data.find(({ isCurrent }) => isCurrent)!.id;
  const content = {
    provider: "corp",
    issuer: "https://corp.example",
    subject: userId,
    ...account,
    codeChallenge: createHash("sha256").update(codeVerifier).digest("base64url"),
    purpose: { kind, userId, sessionId },
  };
  return { ticket: world.app.challenges.issue("provider-ticket", content, world.time.now() + 60_000), codeVerifier };
}
