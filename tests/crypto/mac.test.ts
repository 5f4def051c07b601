import { expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import fc from "fast-check";
import { openMac } from "../../src/crypto/mac";

test("a MAC is HMAC-SHA-256, whatever was computed before", () => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  fc.assert(
    fc.property(bytes(32), fc.array(bytes(27), { minLength: 1, maxLength: 5 }), (key, messages) => {
      const mac = openMac(key, 27);
      for (const message of messages)
        expect(Buffer.from(mac(message))).toEqual(createHmac("sha256", key).update(message).digest());
    }),
  );
});
