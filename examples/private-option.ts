/** A private MPTCP option (subtype 0xF, RFC 8684 section 3.8) from a schema alone: parsed, written and filtered at once. */
import { createEngine } from "../src/index.ts";

const engine = createEngine();
engine.loadSchema({
  id: "acme.pathHint",
  role: "option",
  title: "Path hint",
  spec: "ACME internal note 7",
  within: "mptcp.option",
  prefix: "acme.path_hint",
  match: { table: "mptcp.subtype", key: 15, magic: "a" },
  length: [8],
  fields: [
    { name: "tag", type: "bits", bits: 4, const: 10 },
    { name: "urgent", type: "flag", filter: ".urgent" },
    { name: "pathId", type: "bits", bits: 7, filter: ".path" },
    { name: "latency", type: "u32", label: "Latency (µs)", filter: ".latency" },
  ],
});

const value = { urgent: true, pathId: 3, latency: 25_000 };
const bytes = engine.serialize("acme.pathHint", value);
console.log("written:", Buffer.from(bytes).toString("hex"));
console.log("parsed: ", engine.parse("acme.pathHint", bytes));

const options = [{ id: "acme.pathHint", value }];
const data = engine.craft([
  { id: "ipv4", value: { source: "192.0.2.1", destination: "192.0.2.2" } },
  { id: "tcp", value: { sourcePort: 4000, destinationPort: 80, ack: true, options } },
]);
const sizes = { capturedLength: data.length, originalLength: data.length };
const frame = { data, number: 1, timestamp: 0n, linkType: 228, ...sizes };
for (const text of ["acme.path_hint.latency > 20000 && acme.path_hint.urgent", "acme.path_hint.path == 4"]) {
  console.log(`${text}:`, engine.compileFilter(text)(frame));
}
