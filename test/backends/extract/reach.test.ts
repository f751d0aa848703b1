/** Which headers are walked for a name, and by which way most frames come to it. */
import { describe, expect, it } from "vitest";
import { builtin } from "../../../dissectors/index.ts";
import { Reach } from "../../../src/backends/extract/wanted.ts";
import { Registry } from "../../../src/engine/registry.ts";

const registry = new Registry();
for (const dissector of builtin) registry.register(dissector);

const [ETHERNET, RAW_IP, UNKNOWN] = [1, 101, 147];

function reachOf(...names: readonly string[]): Reach {
  return new Reach(registry, (name) => names.includes(name));
}

function way(linkType: number, ...names: readonly string[]): readonly string[] {
  return reachOf(...names)
    .wayFrom(linkType)
    .map(({ id }) => id);
}

describe("the way from a link type", () => {
  it("ends at the first header that holds a wanted name", () => {
    expect(way(ETHERNET, "tcp.options.mptcp.subtype")).toEqual(["ethernet", "ipv4", "tcp"]);
    expect(way(ETHERNET, "udp.length")).toEqual(["ethernet", "ipv4", "udp"]);
    expect(way(ETHERNET, "ipv6.src", "tcp.port")).toEqual(["ethernet", "ipv6"]);
    expect(way(ETHERNET, "eth.src", "tcp.port")).toEqual(["ethernet"]);
    // GRE carries Ethernet (RFC 7637).
    expect(way(RAW_IP, "eth.type")).toEqual(["raw", "ipv4", "gre", "ethernet"]);
  });

  it("leads nowhere from a link type that is not known, and to names that no header holds", () => {
    expect(way(UNKNOWN, "tcp.port")).toEqual([]);
    expect(way(ETHERNET, "acme.word")).toEqual([]);
  });
});

describe("useful headers", () => {
  it("hold a wanted name or lead to one that does", () => {
    const reach = reachOf("tcp.options.mptcp.subtype");
    const useful = [...registry.layouts.values()].filter((layout) => reach.isUseful(layout));
    const ids = useful.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(["ethernet", "vlan", "ipv4", "ipv6", "tcp"]));
    expect(ids).not.toContain("arp");
    expect(ids).not.toContain("udp");
    for (const layout of useful)
      expect(
        layout.variants.some((variant) => reach.variantUseful(variant)),
        layout.id,
      ).toBe(true);
  });
});
