/** An experimental TCP option (kind 254, RFC 6994) under an ExID of its own, registered as a TypeScript plugin. */
import { createEngine } from "../src/index.ts";
import { defineDissector } from "../src/plugin.ts";

const trace = defineDissector({
  name: "trace",
  schemas: [
    {
      id: "trace.context",
      role: "option",
      title: "Trace context",
      spec: "RFC 6994 section 3",
      within: "tcp.experimental",
      match: { table: "tcp.option.exid", key: 0x7e57 },
      length: [13],
      enums: { "trace.sampling": { "0": "Off", "1": "Head", "2": "Tail" } },
      fields: [
        { name: "sampling", type: "u8", enum: "trace.sampling", filter: "trace.sampling" },
        { name: "traceId", type: "u64", filter: { filter: "trace.id", base: "hex" } },
      ],
    },
  ],
});

const engine = createEngine();
engine.registerDissector(trace);

const value = { kind: 254, sampling: 2, traceId: 0x0123456789abcdefn };
const area = engine.serializeOptions([{ id: "tcp.nop" }, { id: "trace.context", value }]);
console.log("option area:", Buffer.from(area).toString("hex"));
for (const option of engine.parseOptions(area)) console.log(option.id, option.value);
