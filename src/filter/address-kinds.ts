/** Special-purpose address blocks (RFC 6890 and its registry updates). */
import { parseIpv4, parseIpv6 } from "../bytes/address.ts";

export type AddressKind = "multicast" | "linklocal" | "rfc1918" | "ula";

interface Block {
  readonly address: Uint8Array;
  readonly prefix: number;
}

/** A block of the IANA IPv4 and IPv6 Special-Purpose Address Registries. */
export interface SpecialBlock extends Block {
  readonly name: string;
  /** Bits, from the highest: source, destination, forwardable, globally reachable, reserved by protocol. */
  readonly mask: number;
}

function block(text: string): Block {
  const [address = "", prefix] = text.split("/");
  const bytes = parseIpv4(address) ?? parseIpv6(address) ?? new Uint8Array(0);
  return { address: bytes, prefix: Number(prefix) };
}

/** Blocks with the five columns of the registry as binary digits. */
const registry: Readonly<Record<string, readonly (readonly [block: string, name: string])[]>> = {
  "00000": [
    ["192.0.0.0/24", "IETF Protocol Assignments"],
    ["192.0.2.0/24", "Documentation (TEST-NET-1)"],
    ["192.88.99.0/24", "Deprecated (6to4 Relay Anycast)"],
    ["198.51.100.0/24", "Documentation (TEST-NET-2)"],
    ["203.0.113.0/24", "Documentation (TEST-NET-3)"],
    ["2001::/23", "IETF Protocol Assignments"],
    ["2001:10::/28", "Deprecated (previously ORCHID)"],
    ["2001:db8::/32", "Documentation"],
    ["3fff::/20", "Documentation"],
  ],
  "00001": [
    ["127.0.0.0/8", "Loopback"],
    ["192.0.0.170/32", "NAT64/DNS64 Discovery"],
    ["192.0.0.171/32", "NAT64/DNS64 Discovery"],
    ["240.0.0.0/4", "Reserved"],
    ["::1/128", "Loopback Address"],
    ["::ffff:0:0/96", "IPv4-mapped Address"],
  ],
  "01001": [["255.255.255.255/32", "Limited Broadcast"]],
  "10000": [["192.0.0.8/32", "IPv4 dummy address"]],
  "10001": [
    ["0.0.0.0/8", "This network"],
    ["0.0.0.0/32", "This host on this network"],
    ["::/128", "Unspecified Address"],
  ],
  "11001": [
    ["169.254.0.0/16", "Link Local"],
    ["fe80::/10", "Link-Local Unicast"],
  ],
  "11100": [
    ["10.0.0.0/8", "Private-Use"],
    ["100.64.0.0/10", "Shared Address Space"],
    ["172.16.0.0/12", "Private-Use"],
    ["192.0.0.0/29", "IPv4 Service Continuity Prefix"],
    ["192.168.0.0/16", "Private-Use"],
    ["198.18.0.0/15", "Benchmarking"],
    ["64:ff9b:1::/48", "IPv4-IPv6 Translation"],
    ["100::/64", "Discard-Only Address Block"],
    ["2001::/32", "TEREDO"],
    ["2001:2::/48", "Benchmarking"],
    ["2002::/16", "6to4"],
    ["5f00::/16", "Segment Routing (SRv6) SIDs"],
    ["fc00::/7", "Unique-Local"],
  ],
  "11110": [
    ["192.0.0.9/32", "Port Control Protocol Anycast"],
    ["192.0.0.10/32", "Traversal Using Relays around NAT Anycast"],
    ["192.31.196.0/24", "AS112-v4"],
    ["192.52.193.0/24", "AMT"],
    ["192.175.48.0/24", "Direct Delegation AS112 Service"],
    ["64:ff9b::/96", "IPv4-IPv6 Translation"],
    ["2001:1::1/128", "Port Control Protocol Anycast"],
    ["2001:1::2/128", "Traversal Using Relays around NAT Anycast"],
    ["2001:3::/32", "AMT"],
    ["2001:4:112::/48", "AS112-v6"],
    ["2001:20::/28", "ORCHIDv2"],
    ["2001:30::/28", "Drone Remote ID Protocol Entity Tags (DETs) Prefix"],
    ["2620:4f:8000::/48", "Direct Delegation AS112 Service"],
  ],
};

/** More specific blocks stand first. Made when first asked for. */
let special: readonly SpecialBlock[] | undefined;

function specialBlocks(): readonly SpecialBlock[] {
  special ??= Object.entries(registry)
    .flatMap(([digits, rows]) =>
      rows.map(([text, name]) => ({ ...block(text), name, mask: Number.parseInt(digits, 2) })),
    )
    .sort((a, b) => b.prefix - a.prefix);
  return special;
}

const kinds: Readonly<Record<AddressKind, readonly string[]>> = {
  multicast: ["224.0.0.0/4", "ff00::/8"],
  linklocal: ["169.254.0.0/16", "fe80::/10"],
  rfc1918: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"],
  ula: ["fc00::/7"],
};

const read = new Map<AddressKind, readonly Block[]>();

function blocksOf(kind: AddressKind): readonly Block[] {
  const known = read.get(kind) ?? kinds[kind].map(block);
  read.set(kind, known);
  return known;
}

function inside(value: Uint8Array, { address, prefix }: Block): boolean {
  if (value.length !== address.length) return false;
  for (let bit = 0; bit < prefix; bit++) {
    const mask = 0x80 >> (bit & 7);
    if (((value[bit >> 3] ?? 0) & mask) !== ((address[bit >> 3] ?? 0) & mask)) return false;
  }
  return true;
}

export function specialTest(kind: AddressKind, value: Uint8Array): boolean {
  return blocksOf(kind).some((candidate) => inside(value, candidate));
}

/** The smallest block that the address is in. */
export function specialBlock(value: Uint8Array): SpecialBlock | undefined {
  return specialBlocks().find((candidate) => inside(value, candidate));
}
