/** A protocol on top of TCP: registered for port 7000, and by "decode as" for 8888 too. */
import { createEngine } from "../src/index.ts";

const engine = createEngine();
engine.loadSchema({
  id: "telemetry",
  role: "header",
  title: "Telemetry",
  spec: "in-house",
  protocol: { filter: "telemetry", title: "Telemetry protocol" },
  match: { table: "tcp.port", key: 7000 },
  fields: [
    { name: "version", type: "bits", bits: 4, filter: "telemetry.version", default: 1 },
    { name: "unit", type: "bits", bits: 4, filter: "telemetry.unit" },
    { name: "sensor", type: "u16", filter: "telemetry.sensor" },
    { name: "reading", type: "i32", filter: "telemetry.reading" },
  ],
  payload: {},
});
engine.decodeAs("tcp.port", 8888, "telemetry");

const filter = engine.compileFilter("telemetry.reading < 0 && telemetry.sensor in {17..20}");
for (const port of [7000, 8888, 9999]) {
  const data = engine.craft([
    { id: "ipv4", value: { source: "192.0.2.1", destination: "192.0.2.2" } },
    { id: "tcp", value: { sourcePort: 50_000, destinationPort: port, ack: true, psh: true } },
    { id: "telemetry", value: { unit: 2, sensor: 18, reading: -40 } },
  ]);
  const size = data.length;
  const frame = { data, number: 1, timestamp: 0n, capturedLength: size, originalLength: size, linkType: 228 };
  console.log(
    `port ${port}: ${filter(frame) ? "match" : "no match"}`,
    engine.dissect(frame).get("frame.protocols"),
  );
}
