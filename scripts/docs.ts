#!/usr/bin/env bun
/** Writes the pages of docs/ that are made from the program, and .env.example. */
import { join } from "node:path";
import { permissionsPage } from "../tests/access/needs";
import { licensesPage } from "../tests/support/licenses";
import { configurationPage, environmentExample } from "./docs/configuration";

const docs = join(import.meta.dir, "../docs");
await Bun.write(join(docs, "permissions.md"), permissionsPage());
await Bun.write(join(docs, "licenses.md"), licensesPage());
await Bun.write(join(docs, "configuration.md"), configurationPage());
await Bun.write(join(docs, "../.env.example"), environmentExample());
