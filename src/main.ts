#!/usr/bin/env bun
import { closeApp, openApp } from "./app";
import { ConfigError, environment, parseConfig } from "./config";
import { DatabaseRefused, DatabaseUnavailable } from "./db/database";
import { startHousekeeping } from "./housekeeping";
import { grantConfiguredOperators } from "./operators/operators";
import { ownSecret } from "./own-secret";
import { openServer } from "./server/server";

/** Milliseconds that requests under way are given to finish. */
const shutdownTimeout = 10_000;

await main().catch((error) => {
  const known =
    error instanceof ConfigError || error instanceof DatabaseRefused || error instanceof DatabaseUnavailable;
  console.error(known ? `Bask cannot start. ${error.message}` : error);
  process.exit(1);
});

async function main() {
  const config = parseConfig(environment, ownSecret);
  const app = await openApp(config);
  await grantConfiguredOperators(app);
  const server = openServer(app);
  try {
    server.listen({
      port: config.port,
      hostname: config.host,
      reusePort: false,
      maxRequestBodySize: 16 * 1024 * 1024,
      idleTimeout: 30,
    });
  } catch (error) {
    const taken = (error as { code?: string }).code === "EADDRINUSE";
    throw taken
      ? new ConfigError(`${config.host}:${config.port} is taken by another program. Choose another PORT.`)
      : error;
  }
  const stopHousekeeping = startHousekeeping(app);
  greet(config.host, server.server!.port!);

  let stopping = false;
  const shutDown = async () => {
    setTimeout(() => process.exit(1), shutdownTimeout);
    await server.server!.stop();
    await stopHousekeeping();
    await closeApp(app);
  };
  const stop = () => {
    if (stopping) process.exit(1);
    stopping = true;
    app.stopping = true;
    shutDown().then(
      () => process.exit(0),
      (error) => {
        app.log.fatal({ err: error }, "the shutdown failed");
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

function greet(host: string, port: number) {
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  console.log(`Bask listens on ${url}

  Open an account   curl ${url}/auth/register --json '{"email":"ada@example.com","password":"correct horse battery","fullName":"Ada Lovelace"}'
  Log in            curl ${url}/auth/login --json '{"email":"ada@example.com","password":"correct horse battery"}'
  Read on           ${url}/docs
`);
}
