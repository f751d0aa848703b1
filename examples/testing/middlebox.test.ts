/** Testing a middlebox: it clamps the MSS of a SYN, and must leave all else alone, malformed options too. */
import { expect, test } from "vitest";
import { createEngine } from "../../src/index.ts";
import { malformedVariants } from "../../src/testing/index.ts";
import "../../src/testing/vitest.ts";

const engine = createEngine();
const OPTIONS = 14 + 20 + 20;

/** The middlebox under test: Ethernet, IPv4 without options, TCP. (It leaves the checksum to the network card.) */
function clamp(packet: Uint8Array): Uint8Array {
  const out = packet.slice();
  for (let at = OPTIONS; at + 4 <= out.length && out[at] === 2 && out[at + 1] === 4; at += 4)
    out.set([0x05, 0x14], at + 2);
  return out;
}

const head = [
  { id: "ethernet", value: { source: "02:00:00:00:00:01", destination: "02:00:00:00:00:02" } },
  { id: "ipv4", value: { source: "192.0.2.1", destination: "192.0.2.2" } },
];
const syn = { sourcePort: 40_000, destinationPort: 80, syn: true };
const capable = { id: "mptcp.mpCapable", value: { version: 1 } };

test("it clamps the MSS, and MP_CAPABLE passes", () => {
  const options = [{ id: "tcp.mss", value: { mss: 1460 } }, capable];
  const out = clamp(engine.craft([...head, { id: "tcp", value: { ...syn, options } }]));
  expect(out).toHaveOption("tcp.mss", { mss: 1300 });
  expect(out).toMatchFilter("tcp.flags.syn == 1 && tcp.options.mptcp.version == 1");
});

test.each(malformedVariants(capable))("it leaves MP_CAPABLE with $name as it is", ({ bytes: raw }) => {
  const options = [{ id: "tcp.option", raw }];
  const packet = engine.craft([...head, { id: "tcp", value: { ...syn, options } }]);
  expect(clamp(packet)).toEqualBytes(packet);
});
