/** A field table from tshark's own list (test/data), for tests that need no frames. */
import { readFileSync } from "node:fs";
import { createFieldTable, type FieldTable } from "../../src/filter/field-table.ts";
import { types } from "../../src/filter/types.ts";
import type { Base, FieldInfo, FieldType, ValueRange, ValueStrings } from "../../src/ir/fields.ts";

const protocols: readonly string[] =
  `frame eth ip ipv6 tcp udp arp icmp icmpv6 vlan sll null mptcp data dns dhcp ieee8021ad
tcp.options.eol tcp.options.nop tcp.options.mss tcp.options.wscale tcp.options.sack_perm tcp.options.sack
tcp.options.timestamp tcp.options.md5 tcp.options.tfo tcp.options.ao tcp.options.user_to tcp.options.experimental
tcp.options.unknown tcp.options.acc_ecn`.split(/\s+/);

const bases: Readonly<Record<string, Base>> = {
  BASE_DEC: "dec",
  BASE_HEX: "hex",
  BASE_DEC_HEX: "dec_hex",
  BASE_HEX_DEC: "hex_dec",
  BASE_OUI: "oui",
  BASE_CUSTOM: "custom",
  BASE_PT_TCP: "port",
  BASE_PT_UDP: "port",
};

function rows(name: string): string[][] {
  return readFileSync(new URL(`../data/${name}`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split("\t"));
}

function readValueStrings(): Map<string, ValueStrings> {
  const found = new Map<string, ValueStrings>();
  const tables = new Map<string, ValueRange[]>();
  for (const [kind, field = "", low = "", second = "", third = ""] of rows("values.tsv")) {
    if (kind === "T") {
      found.set(field, { kind: "booleans", set: low, clear: second });
      continue;
    }
    let table = tables.get(field);
    if (table === undefined) {
      table = [];
      tables.set(field, table);
      found.set(field, { kind: kind === "R" ? "ranges" : "values", rows: table });
    }
    const range = kind === "R";
    table.push({ low: Number(low), high: Number(range ? second : low), text: range ? third : second });
  }
  return found;
}

function isFieldType(text: string): text is FieldType {
  return Object.hasOwn(types, text);
}

function readFields(): FieldInfo[] {
  const strings = readValueStrings();
  // tshark builds this table at run time, so that its list does not have it.
  const protocol = [
    { low: 1, high: 1, text: "ICMP" },
    { low: 6, high: 6, text: "TCP" },
    { low: 17, high: 17, text: "UDP" },
  ];
  strings.set("ip.proto", { kind: "values", rows: protocol });
  const opcode: ValueStrings = { kind: "values", rows: [{ low: 0, high: 0, text: "Standard query" }] };
  const field = (
    protocol: string,
    name: string,
    type: FieldType,
    base: Base,
    own?: ValueStrings,
  ): FieldInfo => ({
    name,
    type,
    base,
    protocol,
    description: name,
    ...(own === undefined ? {} : { strings: own }),
  });
  const fields = [
    // Options have names of their own, but are bytes.
    ...protocols.map((name) =>
      field(name, name, name.includes(".options.") ? "FT_BYTES" : "FT_PROTOCOL", "none"),
    ),
    field("dns", "dns.qry.name", "FT_STRING", "none"),
    field("dns", "dns.flags.opcode", "FT_UINT16", "dec", opcode),
  ];
  for (const [protocol = "", name = "", type = "", base = ""] of rows("fields.tsv"))
    if (isFieldType(type)) fields.push(field(protocol, name, type, bases[base] ?? "none", strings.get(name)));
  return fields;
}

export const tsharkFields: readonly FieldInfo[] = readFields();
export const tsharkTable: FieldTable = createFieldTable(tsharkFields);
