import { expect, test } from "bun:test";
import { createSocket } from "node:dgram";
import { getServers, setServers } from "node:dns";
import { hash } from "@node-rs/argon2";
import { systemResolve } from "../../src/outbound/target";

test("a name is resolved by the machine's hosts file too", async () => {
  expect(await systemResolve("localhost")).toContain("127.0.0.1");
});

test("names whose server does not answer hold up no password", async () => {
  const silent = createSocket("udp4");
  const { promise: isAsked, resolve } = Promise.withResolvers<void>();
  silent.on("message", () => resolve());
  await new Promise<void>((bound) => silent.bind(0, "127.0.0.1", bound));
  const usual = getServers();
  setServers([`127.0.0.1:${silent.address().port}`]);
  try {
    const names = Array.from({ length: 50 }, (_, i) =>
      systemResolve(`silent-${i}.example`).then(
        () => "resolved",
        () => "failed",
      ),
    );
    await isAsked;
    const first = await Promise.race([...names, hash("a password").then(() => "hashed")]);
    expect(first).toBe("hashed");
    silent.close();
  } finally {
    setServers(usual);
  }
});
