#!/usr/bin/env bun
/** Writes what the program is made of as CycloneDX 1.6: `bun run sbom > bask.cdx.json`. It lists what bun.lock pins for production. */
import { parseArguments } from "./arguments";
import { billOfMaterials } from "./docs/sbom";

parseArguments("bun run sbom > FILE");
console.log(JSON.stringify(billOfMaterials(), null, 2));
