/** Generated source and plans of a few filters, so that a change of the generator shows in review. The laws are the judge. */
import { describe, expect, test } from "vitest";
import { adaptiveStates } from "./states.ts";
import { createEngine } from "../../src/default-engine.ts";

const FILTERS: Readonly<Record<string, string>> = {
  subtype: "tcp.options.mptcp.subtype == 0",
  "wide-compare": "tcp.options.mptcp.rawdataseqno > 0x8000000000000000",
  boolean: "tcp.flags.syn == 1 && !mptcp",
  network: "ip.addr == 192.168.0.0/20",
  ipv6: "ipv6.dst == 2001:db8::/33",
  set: "tcp.port in {80, 443, 8000..9000}",
  every: "tcp.port != 80",
  slice: "eth.src[0:3] == 02:00:0a",
  contains: 'frame contains "abc"',
  matches: 'tcp.payload matches "^GET"',
  sack: "tcp.options.sack_le > 5",
  exclusive: "tcp.srcport == 80 xor udp",
  flow: "tcp.seq == 1",
  gathered: "ip.src == ip.dst && tcp.len + ip.hdr_len > 100",
};

describe("golden", () => {
  test.each(Object.entries(FILTERS))("source of %s", async (name, text) => {
    await expect(adaptiveStates(text, ["ethernet", "ipv4", "ipv6", "tcp", "udp"])).toMatchFileSnapshot(`filters/${name}.js.txt`);
  });

  test("source with ways back", async () => {
    const source = adaptiveStates("udp.port == 53", ["ethernet", "vlan", "ipv4", "udp"], true);
    await expect(source).toMatchFileSnapshot("filters/again.js.txt");
  });

  test("plans", async () => {
    const engine = createEngine();
    const texts = [
      ...Object.values(FILTERS),
      "ip.src == ip.dst && tcp.port == 80",
      "tcp.stream == 7 || tcp.seq > 5 and ip.ttl < 4",
      "max(tcp.port) > 1000",
      "frame.protocols contains \"mptcp\"",
      "ip.src#2 == 10.0.0.1",
      "",
    ];
    const lines = texts.map((text) => `${text}\n${engine.compileFilter(text).plan.replaceAll(/^(?=.)/gm, "  ")}`);
    await expect(lines.join("\n")).toMatchFileSnapshot("filters/plans.txt");
  });
});
