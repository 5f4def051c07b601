import { useQuery } from "@tanstack/react-query";
import { bask } from "./client";
import { useOrganization } from "./organization";

export type Trust = Awaited<ReturnType<typeof bask.workloadIdentity.listTrusts>>["data"][number];
export type TrustChecks = Awaited<ReturnType<typeof bask.workloadIdentity.checkTrusts>>;

export function useTrusts(key: string) {
  const { id } = useOrganization();
  return useQuery({ queryKey: ["trusts", id, key], queryFn: () => bask.workloadIdentity.listTrusts(id, key) });
}

/** The claims in what was pasted: a token, of which only the middle part is looked at and sent, or JSON; undefined for neither. */
export function claimsOf(pasted: string): Record<string, unknown> | undefined {
  try {
    const [, payload] = pasted.trim().split(".");
    const isToken = !pasted.trim().startsWith("{") && payload !== undefined;
    const claims = JSON.parse(isToken ? decode(payload) : pasted) as unknown;
    return typeof claims === "object" && claims !== null && !Array.isArray(claims)
      ? (claims as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

const decode = (payload: string) =>
  new TextDecoder().decode(
    Uint8Array.from(atob(payload.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0)),
  );
