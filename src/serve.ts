import type { App } from "./app";
import type { Config } from "./config/config";
import { ConfigError } from "./config/error";
import { warnings } from "./config/warnings";
import { startHousekeeping } from "./housekeeping";
import { closeApp, openApp } from "./open-app";
import { grantConfiguredOperators } from "./operators/operators";
import { openOutput } from "./output";
import { openServer } from "./server/server";

/** Milliseconds that requests under way are given to finish. */
const shutdownTimeout = 10_000;
/** Milliseconds in which a second signal is the first one again: `bun run` passes on a Ctrl-C that its child has heard already. */
const sameSignal = 1_000;

/**
 * Opens the app, listens, and stops on SIGTERM and SIGINT.
 * @throws ConfigError, DatabaseRefused, DatabaseUnavailable
 */
export async function serve(config: Config) {
  await probe(config);
  const app = await openApp(config);
  await grantConfiguredOperators(app);
  const server = openServer(app);
  listen(config, (address) =>
    server.listen({ ...address, maxRequestBodySize: 16 * 1024 * 1024, idleTimeout: config.idleTimeout }),
  );
  const stopHousekeeping = startHousekeeping(app);
  stopOnSignal(app, async () => {
    await server.server!.stop();
    await stopHousekeeping();
    await closeApp(app);
  });
  for (const warning of warnings(config)) app.log.warn(warning);
  greet(config.host, server.server!.port!);
}

/** Listens for a moment, so that an address that cannot be had is told before the database is opened. @throws ConfigError */
async function probe(config: Config) {
  const fetch = () => new Response(null, { status: 503 });
  await listen(config, (address) => Bun.serve({ ...address, fetch })).stop(true);
}

function listen<T>(
  { host, port }: Config,
  open: (address: { hostname: string; port: number; reusePort: false }) => T,
): T {
  try {
    return open({ hostname: host, port, reusePort: false });
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "EADDRINUSE") throw new ConfigError(`PORT ${port} of ${host} is taken. Choose another PORT.`);
    if (code === "EACCES") throw new ConfigError(`PORT ${port} is not open to this user. Choose a PORT from 1024 on.`);
    throw new ConfigError(
      `HOST must be an IP address or a name of this machine: it cannot listen on ${host} (${code}).`,
    );
  }
}

/** Stops at the first signal, when requests under way are answered; at once when another follows later than a second. */
function stopOnSignal(app: App, close: () => Promise<void>) {
  let stoppingSince: number | undefined;
  const giveUp = (reason: string, err?: unknown) => {
    app.log.fatal(err === undefined ? {} : { err }, reason);
    process.exit(1);
  };
  const stop = () => {
    const now = app.clock.now();
    if (stoppingSince !== undefined) {
      if (now - stoppingSince > sameSignal) giveUp("stopped at the second signal; requests under way were cut");
      return;
    }
    stoppingSince = now;
    app.stopping = true;
    app.log.info("stopping when the requests under way are answered");
    setTimeout(() => giveUp("stopped at the time limit; requests under way were cut"), shutdownTimeout);
    close().then(
      () => process.exit(0),
      (error) => giveUp("the shutdown failed", error),
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

function greet(host: string, port: number) {
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  openOutput().write(`Bask listens on ${url}

  Open an account   curl ${url}/auth/register --json '{"email":"ada@example.com","password":"correct horse battery","fullName":"Ada Lovelace"}'
  Log in            curl ${url}/auth/login --json '{"email":"ada@example.com","password":"correct horse battery"}'
  Read on           ${url}/docs

`);
}
