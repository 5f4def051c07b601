#!/usr/bin/env bun
/** As much of curl as the README uses, for machines that have none: -s -i -X -H -d --json. */
const args = process.argv.slice(2);
const headers = new Headers({ "User-Agent": "curl/8.5.0", Accept: "*/*" });
let method: string | undefined;
let body: string | undefined;
let url = "";
let include = false;
for (let i = 0; i < args.length; i++) {
  const arg = args[i]!;
  if (arg === "-s") continue;
  if (arg === "-i" || arg === "-si") include = true;
  else if (arg === "-X") method = args[++i];
  else if (arg === "-H") {
    const [name, ...value] = args[++i]!.split(":");
    headers.set(name!, value.join(":").trim());
  } else if (arg === "-d" || arg === "--json") {
    body = args[++i];
    if (arg === "--json") headers.set("Content-Type", "application/json");
  } else if (arg.startsWith("-")) throw new Error(`This curl does not know ${arg}.`);
  else url = arg.startsWith("http") ? arg : `http://${arg}`;
}
const response = await fetch(url, {
  method: method ?? (body === undefined ? "GET" : "POST"),
  headers,
  ...(body !== undefined && { body }),
});
if (include) {
  console.log(`HTTP/1.1 ${response.status} ${response.statusText}`);
  for (const [name, value] of response.headers) console.log(`${name}: ${value}`);
  console.log();
}
process.stdout.write(await response.text());

export {};
