/** Addresses and ports that are written into IPv6 addresses. */
import type { FieldType, ProvidedField, RawValue, Row, Tracker } from "../../src/plugin.ts";
import { bytesAt, derived } from "./derived.ts";
import { provided } from "./provided.ts";

interface Form {
  /** What stands behind `ipv6.src_`, `ipv6.dst_` and `ipv6.`. */
  readonly name: string;
  readonly type: FieldType;
  readonly text: string;
  readonly spec: string;
  readonly of: (address: Uint8Array) => RawValue | undefined;
  /** Only under the name that stands for both addresses. */
  readonly shared?: boolean;
}

const word = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
const inverted = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ 0xff);

const isMulticast = (address: Uint8Array): boolean => address[0] === 0xff;
const is6to4 = (address: Uint8Array): boolean => word(address, 0) === 0x2002;
const isTeredo = (address: Uint8Array): boolean => word(address, 0) === 0x2001 && word(address, 2) === 0;
const isIsatap = (address: Uint8Array): boolean =>
  (word(address, 8) & ~0x0200) === 0 && word(address, 10) === 0x5efe;
const isTranslated = (address: Uint8Array): boolean =>
  word(address, 0) === 0x64 &&
  word(address, 2) === 0xff9b &&
  address.subarray(4, 12).every((byte) => byte === 0);

/** The universal bit is inverted in an interface identifier made of a MAC address. */
function slaacMac(address: Uint8Array): Uint8Array | undefined {
  if (isMulticast(address) || address[11] !== 0xff || address[12] !== 0xfe) return undefined;
  const [first = 0, second = 0, third = 0] = address.subarray(8, 11);
  return Uint8Array.of(first ^ 2, second, third, ...address.subarray(13, 16));
}

const FORMS: readonly Form[] = [
  {
    name: "slaac_mac",
    type: "FT_ETHER",
    text: "MAC address in the interface identifier",
    spec: "RFC 4291 appendix A",
    of: slaacMac,
  },
  {
    name: "isatap_ipv4",
    type: "FT_IPv4",
    text: "IPv4 address of an ISATAP interface",
    spec: "RFC 5214 section 6.1",
    of: (address) => (isIsatap(address) ? address.subarray(12) : undefined),
  },
  {
    name: "6to4_gw_ipv4",
    type: "FT_IPv4",
    text: "IPv4 address of the 6to4 gateway",
    spec: "RFC 3056 section 2",
    of: (address) => (is6to4(address) ? address.subarray(2, 6) : undefined),
  },
  {
    name: "6to4_sla_id",
    type: "FT_UINT16",
    text: "6to4 subnet",
    spec: "RFC 3056 section 2",
    of: (address) => (is6to4(address) ? word(address, 6) : undefined),
  },
  {
    name: "ts_ipv4",
    type: "FT_IPv4",
    text: "IPv4 address of the Teredo server",
    spec: "RFC 4380 section 4",
    of: (address) => (isTeredo(address) ? address.subarray(4, 8) : undefined),
  },
  {
    name: "tc_port",
    type: "FT_UINT16",
    text: "Port of the Teredo client",
    spec: "RFC 4380 section 4",
    of: (address) => (isTeredo(address) ? word(address, 10) ^ 0xffff : undefined),
  },
  {
    name: "tc_ipv4",
    type: "FT_IPv4",
    text: "IPv4 address of the Teredo client",
    spec: "RFC 4380 section 4",
    of: (address) => (isTeredo(address) ? inverted(address.subarray(12)) : undefined),
  },
  {
    name: "embed_ipv4_prefix",
    type: "FT_BYTES",
    text: "Prefix before the embedded IPv4 address",
    spec: "RFC 6052 section 2.1",
    of: (address) => (isTranslated(address) ? address.subarray(0, 12) : undefined),
    shared: true,
  },
  {
    name: "embed_ipv4",
    type: "FT_IPv4",
    text: "Embedded IPv4 address",
    spec: "RFC 6052 section 2.1",
    of: (address) => (isTranslated(address) ? address.subarray(12) : undefined),
  },
];

const SIDES = ["src", "dst"] as const;

const provides: ProvidedField[] = [];
/** For each side and form: where its own name and the shared one stand in `provides`. */
const PLACES: (readonly [own: number | undefined, shared: number])[][] = SIDES.map(() => []);
for (const form of FORMS) {
  const add = (name: string): number =>
    provides.push(provided(name, form.type, form.text, {}, { spec: form.spec })) - 1;
  const shared = add(`ipv6.${form.name}`);
  for (const [side, name] of SIDES.entries()) {
    PLACES[side]?.push([form.shared === true ? undefined : add(`ipv6.${name}_${form.name}`), shared]);
  }
}

function update(row: Row, provide: (field: number, value: RawValue, occurrence?: number) => void): void {
  for (let index = 0; index < row.count(0); index++) {
    for (const side of SIDES.keys()) {
      const address = bytesAt(row, side, index);
      if (address === undefined) continue;
      for (const [number, form] of FORMS.entries()) {
        const value = form.of(address);
        const [own, shared] = PLACES[side]?.[number] ?? [];
        if (value === undefined || shared === undefined) continue;
        if (own !== undefined) provide(own, value, index);
        provide(shared, value, index);
      }
    }
  }
}

/** For each address by itself, and for both under one name. */
export const derivedIpv6: Tracker = derived("ipv6.embedded", ["ipv6.src", "ipv6.dst"], provides, update);
