import { createContext, createElement, type ReactNode, useContext } from "react";
import type { Permission } from "../../sdk/client";
import { CurrentOrganization } from "./organization";

const Installation = createContext(false);

/** Within it, the pages of what organizations and the installation both have show what is the installation's. */
export const OfInstallation = ({ children }: { children: ReactNode }) =>
  createElement(Installation.Provider, { value: true }, children);

/** Whose things a page shows, and what may be done with them. */
export function useOwner() {
  const isInstallation = useContext(Installation);
  const organization = useContext(CurrentOrganization);
  return {
    id: isInstallation ? "installation" : organization!.id,
    isInstallation,
    may: (permission: string) => isInstallation || organization!.permissions.includes(permission as Permission),
  };
}

/** The calls about things of an organization, as those of the installation are: without its id. */
export const callsOf = <Calls>(calls: object, organization: string): Calls =>
  Object.fromEntries(
    Object.entries(calls).map(([name, call]) => [
      name,
      (...input: unknown[]) => (call as (...input: unknown[]) => unknown)(organization, ...input),
    ]),
  ) as Calls;
