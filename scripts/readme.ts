#!/usr/bin/env bun
/** Brings the parts of the README that are made from the program up to date: the tour and the table of routes. */
import { join } from "node:path";
import { withRoutes } from "../tests/support/readme";
import { walkTour } from "../tests/support/tour";

const file = join(import.meta.dir, "../README.md");
await Bun.write(file, await walkTour(withRoutes(await Bun.file(file).text())));
