import { version } from "../package.json";
import type { Clock } from "./clock";
import type { Config } from "./config/config";
import { ConfigError } from "./config/error";
import { warnings } from "./config/warnings";
import { startHousekeeping } from "./housekeeping";
import { setUpLink } from "./installation/setup";
import { openApp } from "./open-app";
import { grantConfiguredOperators } from "./operators/operators";
import { openOutput } from "./output";
import { buildDashboard } from "./server/dashboard-build";
import { openServer } from "./server/server";
import { stopOnSignals } from "./shutdown";

/**
 * Opens the app, listens, and stops on signals.
 * @throws ConfigError, DatabaseRefused, DatabaseUnavailable
 */
export async function serve(config: Config) {
  await probe(config);
  const app = await openApp(config);
  await grantConfiguredOperators(app);
  // The pages that emails link to are a part of it, so it is built also where it is turned off.
  await buildDashboard().catch((err) => app.log.error({ err }, "The dashboard cannot be built and is not served."));
  const server = listen(config, openServer(app).listen);
  const stop = stopOnSignals(app, server, () => stopHousekeeping());
  const stopHousekeeping = startHousekeeping(app, (sentence) => {
    app.log.fatal(sentence);
    stop(1);
  });
  for (const warning of warnings(config)) app.log.warn(warning);
  const port = server.port!;
  greet(config, app.clock, port, config.dashboard ? await setUpLink(app, dashboardUrl(config, port)) : undefined);
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

/** PUBLIC_URL, also where the system chose the port. */
const dashboardUrl = ({ publicUrl, port: asked }: Config, port: number): string =>
  asked === 0 && publicUrl === "http://localhost:0" ? `http://localhost:${port}` : publicUrl;

/**
 * Says where it listens: to people with what to try, to programs as one line of the log, whatever LOG_LEVEL is.
 * @param setUpUrl for the first user, while there is none
 */
function greet({ host, logFormat }: Config, clock: Clock, port: number, setUpUrl: string | undefined) {
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  const sentence = `Bask listens on ${url}`;
  if (logFormat === "json") {
    const line = {
      level: 30,
      time: clock.date().toISOString(),
      url,
      version,
      ...(setUpUrl && { setUpUrl }),
      msg: sentence,
    };
    return openOutput().write(`${JSON.stringify(line)}\n`);
  }
  const setUp = setUpUrl && `  Set it up         ${setUpUrl}  (works once, for the first person)\n`;
  openOutput().write(`${sentence}

${setUp ?? ""}  Open an account   curl ${url}/auth/register -H 'Content-Type: application/json' -d '{"email":"ada@example.com","password":"correct horse battery","fullName":"Ada Lovelace"}'
  Log in            curl ${url}/auth/login -H 'Content-Type: application/json' -d '{"email":"ada@example.com","password":"correct horse battery"}'
  Read on           ${url}/docs

`);
}
