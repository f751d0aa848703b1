/** Special-purpose address blocks (RFC 6890 and its registry updates). */
import { parseIpv4, parseIpv6 } from "../bytes/address.ts";

export type AddressKind = "multicast" | "linklocal" | "rfc1918" | "ula";

interface Block {
  readonly address: Uint8Array;
  readonly prefix: number;
  readonly name: string;
}

function block(text: string, name: string): Block {
  const [address = "", prefix] = text.split("/");
  const bytes = parseIpv4(address) ?? parseIpv6(address) ?? new Uint8Array(0);
  return { address: bytes, prefix: Number(prefix), name };
}

/** More specific blocks stand first. */
const special: readonly Block[] = [
  block("0.0.0.0/32", "This host on this network"),
  block("255.255.255.255/32", "Limited Broadcast"),
  block("0.0.0.0/8", "This network"),
  block("10.0.0.0/8", "Private-Use"),
  block("100.64.0.0/10", "Shared Address Space"),
  block("127.0.0.0/8", "Loopback"),
  block("169.254.0.0/16", "Link Local"),
  block("172.16.0.0/12", "Private-Use"),
  block("192.0.0.0/24", "IETF Protocol Assignments"),
  block("192.0.2.0/24", "Documentation (TEST-NET-1)"),
  block("192.168.0.0/16", "Private-Use"),
  block("198.18.0.0/15", "Benchmarking"),
  block("198.51.100.0/24", "Documentation (TEST-NET-2)"),
  block("203.0.113.0/24", "Documentation (TEST-NET-3)"),
  block("240.0.0.0/4", "Reserved"),
  block("::/128", "Unspecified Address"),
  block("::1/128", "Loopback Address"),
  block("::ffff:0:0/96", "IPv4-mapped Address"),
  block("64:ff9b::/96", "IPv4-IPv6 Translation"),
  block("100::/64", "Discard-Only Address Block"),
  block("2001:db8::/32", "Documentation"),
  block("2001::/23", "IETF Protocol Assignments"),
  block("2002::/16", "6to4"),
  block("fc00::/7", "Unique-Local"),
  block("fe80::/10", "Link-Local Unicast"),
];

const kinds: Readonly<Record<AddressKind, readonly Block[]>> = {
  multicast: [block("224.0.0.0/4", ""), block("ff00::/8", "")],
  linklocal: [block("169.254.0.0/16", ""), block("fe80::/10", "")],
  rfc1918: [block("10.0.0.0/8", ""), block("172.16.0.0/12", ""), block("192.168.0.0/16", "")],
  ula: [block("fc00::/7", "")],
};

function inside(value: Uint8Array, { address, prefix }: Block): boolean {
  if (value.length !== address.length) return false;
  for (let bit = 0; bit < prefix; bit++) {
    const mask = 0x80 >> (bit & 7);
    if (((value[bit >> 3] ?? 0) & mask) !== ((address[bit >> 3] ?? 0) & mask)) return false;
  }
  return true;
}

export function specialTest(kind: AddressKind, value: Uint8Array): boolean {
  return kinds[kind].some((candidate) => inside(value, candidate));
}

/** Empty for an address in no special block. */
export function specialName(value: Uint8Array): string {
  return special.find((candidate) => inside(value, candidate))?.name ?? "";
}
