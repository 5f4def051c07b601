#!/usr/bin/env bun
/** Writes the pages of docs/ that are made from the program. */
import { join } from "node:path";
import { permissionsPage } from "../tests/access/needs";
import { licensesPage } from "../tests/support/licenses";

const docs = join(import.meta.dir, "../docs");
await Bun.write(join(docs, "permissions.md"), permissionsPage());
await Bun.write(join(docs, "licenses.md"), licensesPage());
