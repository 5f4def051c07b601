import type { SecretStatus } from "./secrets";
import { listNeeds, neededUntil } from "./secrets";

/** What comes next in replacing a secret. */
export type Step =
  /** Set SECRET_KEY to these secrets, by position in what it is now and -1 for a new one, and restart every process. */
  | { next: "set"; secrets: number[]; why: string }
  /** Do something else first. */
  | { next: "wait"; why: string };

/**
 * The next step of a rotation, from what SECRET_KEY is now and what data and processes say: a new secret is verified with everywhere before it
 * signs anywhere, and an old one stays until nothing needs it.
 * @param ids the key ids of SECRET_KEY, in order
 * @param alone whether no other process serves this data, now or during a restart
 */
export function nextStep(ids: readonly string[], statuses: readonly SecretStatus[], alone: boolean): Step {
  const of = (id: string) => statuses.find((status) => status.id === id);
  const [current, ...others] = ids as [string, ...string[]];
  const positions = ids.map((_, i) => i);
  const live = Math.max(0, ...statuses.map(({ processes }) => processes));

  const missing = statuses.find(({ role, needs }) => role === "missing" && needs.length > 0);
  if (missing)
    return {
      next: "wait",
      why: `SECRET_KEY lacks the secret ${missing.id}, which is needed for ${listNeeds(missing.needs)}. Add it behind the others.`,
    };

  const waiting =
    others.find((id) => of(id)?.signsSince === null && of(id)?.signedAt === null) ?? others.find((id) => !of(id));
  if (waiting !== undefined) {
    const aware = of(waiting)?.processes ?? 0;
    if (aware < live || !of(waiting))
      return {
        next: "wait",
        why: `Restart every process with SECRET_KEY as it is: ${aware} of ${live} have the secret ${waiting}.`,
      };
    const at = ids.indexOf(waiting);
    return {
      next: "set",
      secrets: [at, ...positions.filter((i) => i !== at)],
      why: `Every process verifies with the secret ${waiting}; now it signs.`,
    };
  }

  if (others.length > 0) {
    const old = others.flatMap((id) => of(id) ?? []);
    const signing = old.find(({ signingProcesses }) => signingProcesses > 0);
    if (signing || !of(current))
      return {
        next: "wait",
        why: `Restart every process with SECRET_KEY as it is: ${signing?.signingProcesses ?? 0} sign with an older secret.`,
      };
    const sealed = old.flatMap(({ needs }) => needs.filter(({ until }) => until === null));
    if (sealed.length > 0)
      return { next: "wait", why: `Run \`bask secret reseal\`: an older secret is needed for ${listNeeds(sealed)}.` };
    const needs = old.flatMap(({ needs }) => needs);
    if (needs.length > 0)
      return {
        next: "wait",
        why: `Keep SECRET_KEY as it is until ${neededUntil(needs)!.toISOString()}: an older secret is needed for ${listNeeds(needs)}.`,
      };
    return { next: "set", secrets: [0], why: "Nothing needs the older secrets any more." };
  }
  return alone
    ? { next: "set", secrets: [-1, 0], why: "The new secret signs, and the old one verifies." }
    : { next: "set", secrets: [0, -1], why: "Every process must verify with the new secret before one signs with it." };
}
