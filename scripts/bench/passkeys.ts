import { openChallenges } from "../../src/crypto/challenges";
import { openKeyring } from "../../src/crypto/keyring";
import { createClient } from "../../tests/support/client";
import { enroll, newAuthenticator } from "../../tests/support/passkeys";
import { secret } from "./bask";
import { request, type Work } from "./measure";
import type { Seed } from "./seed";
import type { Subject } from "./subject";

/** People who sign in with a passkey, in turn. */
const people = 16;
/** Milliseconds in which the uses of passkeys that are made beforehand must be sent. */
const life = 5 * 60_000;

/**
 * Sign-ins with passkeys of people who add them first. Each use works once, so there must be as many as will be sent; they are made here, not in the
 * time of the server. Asking for a challenge is a request of its own.
 */
export async function passkeyLogins(subject: Subject, seed: Seed, count: number): Promise<Work> {
  const origin = "http://127.0.0.1";
  const devices = await Promise.all(
    seed.people.slice(0, people).map(async (person) => {
      const bask = createClient({ url: `http://127.0.0.1:${subject.port}` });
      await bask.auth.login(person);
      const device = newAuthenticator({ origin });
      await enroll(bask, device);
      return device;
    }),
  );
  const challenges = openChallenges(openKeyring([Buffer.from(secret, "base64url")]));
  const expiresAt = Date.now() + life;
  const requests = Array.from({ length: count }, (_, i) => {
    const challenge = challenges.issue("passkey", null, expiresAt);
    const passkey = devices[i % people]!.get({ challenge, rpId: "127.0.0.1" } as never);
    return request("POST", "/api/v1/auth/passkeys/login", {}, { passkey });
  });
  // Each connection has requests of its own.
  return { subject, name: "passkey login", requests, connections: 8, chain: true };
}
