import http from "node:http";
import https from "node:https";
import type { LookupFunction } from "node:net";
import { isIP } from "node:net";
import type { Target } from "./target";

/** Keeps connections open for a moment, so that several requests to one place need one. */
export interface Connections {
  /** What to make a request over: connections to the address that was judged, and to no other. */
  agentFor(target: Target): http.Agent;
  /** The same without connections that were kept. */
  freshAgent(target: Target): http.Agent;
}

/** Milliseconds that a connection is kept without a request; less than servers usually do. */
const idleTimeout = 4_000;
/** Places that connections are kept to; those used least recently are given up. */
const maxPlaces = 200;

/** @param ca certificates in PEM that count beside those the runtime trusts */
export function openConnections(ca: string | undefined): Connections {
  const agents = new Map<string, { agent: http.Agent; timer: Timer }>();

  function drop(name: string) {
    const kept = agents.get(name);
    agents.delete(name);
    kept?.agent.destroy();
  }

  return {
    agentFor(target) {
      const { hostname, ip, port, isTls } = target;
      // With the name and the scheme: a certificate was checked for one name only.
      const name = `${isTls} ${ip} ${port} ${hostname}`;
      const kept = agents.get(name);
      if (kept) {
        agents.delete(name);
        agents.set(name, kept);
        kept.timer.refresh();
        return kept.agent;
      }
      if (agents.size >= maxPlaces) drop(agents.keys().next().value!);
      const agent = open(target, ca);
      agents.set(name, { agent, timer: setTimeout(() => drop(name), 15 * idleTimeout).unref() });
      return agent;
    },
    freshAgent: (target) => open(target, ca),
  };
}

function open({ hostname, ip, isTls }: Target, ca: string | undefined): http.Agent {
  const options = { keepAlive: true, timeout: idleTimeout, lookup: pinnedTo(ip) };
  if (!isTls) return new http.Agent(options);
  return new https.Agent({ ...options, ...(ca && { ca }), ...(isIP(hostname) === 0 && { servername: hostname }) });
}

/** Resolves every name to the address that was judged. */
const pinnedTo = (ip: string): LookupFunction =>
  ((_, { all }, done) => {
    const family = isIP(ip);
    if (all) done(null, [{ address: ip, family }]);
    else done(null, ip, family);
  }) as LookupFunction;
