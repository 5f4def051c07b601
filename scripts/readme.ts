#!/usr/bin/env bun
/** Types the commands of the README's tour and writes below them what they print now: `bun run readme`. */
import { join } from "node:path";
import { walkTour, watchStart } from "../tests/support/tour";
import { parseArguments } from "./arguments";

parseArguments("bun run readme");

const file = Bun.file(join(import.meta.dir, "../README.md"));
await file.write(await watchStart(await walkTour(await file.text())));
