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
    { name: "latency", type: "u32", label: "Expected latency (microseconds)", filter: ".latency" },
  ],
});

const bytes = engine.serialize("acme.pathHint", { urgent: true, pathId: 3, latency: 25_000 });
console.log("written:", Buffer.from(bytes).toString("hex"));
console.log("parsed: ", engine.parse("acme.pathHint", bytes));

const data = engine.craft([
  { id: "ethernet", value: { destination: "02:00:00:00:00:01", source: "02:00:00:00:00:02" } },
  { id: "ipv4", value: { source: "192.0.2.1", destination: "192.0.2.2" } },
  { id: "tcp", value: { sourcePort: 4000, destinationPort: 80, ack: true, options: [{ id: "acme.pathHint", value: { urgent: true, pathId: 3, latency: 25_000 } }] } },
]);
const size = data.length;
const frame = { data, number: 1, timestamp: 0n, capturedLength: size, originalLength: size, linkType: 1 };
for (const text of ["acme.path_hint.latency > 20000 && acme.path_hint.urgent == 1", "acme.path_hint.path == 4"]) {
  console.log(`${text}:`, engine.compileFilter(text)(frame));
}
