#!/usr/bin/env bun
/** Writes the pages of docs/ that are made from the program. */
import { join } from "node:path";
import { permissionsPage } from "../tests/access/needs";

await Bun.write(join(import.meta.dir, "../docs/permissions.md"), permissionsPage());
