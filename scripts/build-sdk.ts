#!/usr/bin/env bun
/**
 * Builds the SDK as the package `bask` in dist/sdk, and prints how large it is: `bun run build:sdk`. Exits with 1 when it is larger than it may be.
 */
import { parseArguments } from "./arguments";
import { buildSdk, sdkSizes } from "./sdk/build";

parseArguments("bun run build:sdk");

const folder = await buildSdk();
const sizes = await sdkSizes();
for (const { entry, bytes, max } of sizes)
  console.log(`${entry.padEnd(12)} ${bytes} of ${max} bytes, minified and compressed`);
console.log(`Built ${folder}`);
if (sizes.some(({ bytes, max }) => bytes > max)) {
  console.error("The SDK is larger than its budget in scripts/sdk/build.ts.");
  process.exit(1);
}
