/** Generators of whole packets. */
import fc from "fast-check";
import type { LayerInput } from "../engine/api.ts";
import { headerArbitrary } from "./areas.ts";
import type { ValueOptions } from "./values.ts";

export interface PacketOptions extends ValueOptions {
  readonly payload?: fc.Arbitrary<Uint8Array> | undefined;
}

/** FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16: those that real segments have. */
const SEGMENTS = [0x02, 0x12, 0x10, 0x18, 0x11, 0x04, 0x14] as const;
const FLAGS = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ece: 64, cwr: 128, ae: 256 } as const;

/** With flags that its options suit. */
function tcpArbitrary(options: ValueOptions): fc.Arbitrary<LayerInput> {
  const { tcpFlags } = options;
  const flags = tcpFlags === undefined ? fc.constantFrom(...SEGMENTS) : fc.constant(tcpFlags);
  return flags.chain((bits) =>
    headerArbitrary("tcp", { ...options, tcpFlags: bits }).map((value) => ({
      id: "tcp",
      value: {
        ...value,
        ...Object.fromEntries(Object.entries(FLAGS).map(([name, bit]) => [name, (bits & bit) !== 0])),
      },
    })),
  );
}

/**
 * Layers for `craft`: Ethernet, IPv4 or IPv6, TCP or UDP, and a payload. Lengths, checksums and next keys are derived. With a
 * validity, TCP flags and options suit each other; a malformed packet is a TCP segment with a fault among its options.
 */
export function packetArbitrary(options: PacketOptions = {}): fc.Arbitrary<LayerInput[]> {
  const { validity } = options;
  const around: ValueOptions = {
    ...options,
    ...(validity === "malformed" ? { validity: "legal" } : {}),
    illegal: false,
  };
  const header = (id: string, fix: Readonly<Record<string, unknown>> = {}): fc.Arbitrary<LayerInput> =>
    headerArbitrary(id, around).map((value) => ({ id, value: { ...value, ...fix } }));
  const station = fc
    .uint8Array({ minLength: 6, maxLength: 6 })
    .map((bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(":"));
  const ethernet = fc
    .record({ destination: station, source: station })
    .map((value): LayerInput => ({ id: "ethernet", value }));
  // What is behind a later fragment is no header.
  const whole = {
    fragmentOffset: 0,
    ...(validity === undefined ? {} : { version: 4, moreFragments: false }),
  };
  const network = fc.oneof(
    header("ipv4", whole),
    header("ipv6", validity === undefined ? {} : { version: 6 }),
  );
  const tcp = validity === undefined ? header("tcp") : tcpArbitrary(options);
  const transport =
    validity === "malformed"
      ? tcp
      : fc.oneof({ weight: 4, arbitrary: tcp }, { weight: 1, arbitrary: header("udp") });
  return fc
    .tuple(ethernet, network, transport, options.payload ?? fc.uint8Array({ maxLength: 64 }))
    .map(([link, ip, inner, payload]) => [link, ip, { ...inner, payload }]);
}
