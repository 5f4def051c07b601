#!/usr/bin/env bun
/** Writes the icons of the dashboard from Lucide's: `bun scripts/icons.ts`. To have another one, add its name here. */
import { join } from "node:path";
import { parseArguments } from "./arguments";

parseArguments("bun scripts/icons.ts");

const names = [
  "activity",
  "archive",
  "arrow-left",
  "arrow-right",
  "ban",
  "bell",
  "book-open",
  "building",
  "check",
  "chevron-down",
  "chevrons-up-down",
  "circle-alert",
  "circle-check",
  "clock",
  "copy",
  "download",
  "ellipsis",
  "external-link",
  "eye",
  "eye-off",
  "fingerprint-pattern",
  "gauge",
  "globe",
  "key-round",
  "laptop",
  "list",
  "log-out",
  "mail",
  "menu",
  "monitor",
  "moon",
  "pencil",
  "plug",
  "plus",
  "power",
  "printer",
  "refresh-cw",
  "rotate-ccw",
  "search",
  "send",
  "server",
  "settings",
  "shield",
  "shield-check",
  "smartphone",
  "sun",
  "terminal",
  "trash",
  "triangle-alert",
  "user",
  "user-plus",
  "users",
  "webhook",
  "x",
];

const icons: Record<string, unknown> = {};
for (const name of names) {
  const { default: icon } = (await import(`../node_modules/lucide/dist/esm/icons/${name}.mjs`)) as { default: unknown };
  icons[name] = icon;
}
const text = `/** Icons of Lucide (https://lucide.dev), ISC License, Copyright (c) Lucide Contributors. Written by scripts/icons.ts. */
export const icons = ${JSON.stringify(icons, null, 1)} as const;

export type IconName = keyof typeof icons;
`;
await Bun.write(join(import.meta.dir, "../src/dashboard/ui/icons.ts"), text);
