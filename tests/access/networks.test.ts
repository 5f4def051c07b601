import { expect, test } from "bun:test";
import { openNetworks } from "../../src/access/networks";

test("a list of networks holds addresses in every spelling of either", () => {
  const holds = (network: string, ip: string) => openNetworks([network])(ip);
  for (const network of ["10.0.0.1", "::ffff:10.0.0.1", "::FFFF:a00:1", "10.0.0.0/8", "::ffff:10.0.0.0/104"]) {
    expect(holds(network, "10.0.0.1")).toBe(true);
    expect(holds(network, "::ffff:10.0.0.1")).toBe(true);
    expect(holds(network, "11.0.0.1")).toBe(false);
    expect(holds(network, "2001:db8::1")).toBe(false);
  }
  expect(holds("2001:db8::/32", "2001:DB8:0::1")).toBe(true);
  expect(holds("2001:db8::1", "2001:db8::2")).toBe(false);
  expect(holds("::/0", "10.0.0.1")).toBe(false);
});
