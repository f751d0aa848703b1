/**
 * `npm run bench:craft`: option areas and whole packets a second, and scapy (Debian's python3-scapy) on the same work in the same
 * run. Both must give the same bytes. Medians of five rounds, wall time of one thread.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { toHex } from "../../src/bytes/hex.ts";
import { createEngine, type ParsedOption } from "../../src/index.ts";

const COUNT = 20_000;
/** Scapy takes long. */
const SCAPY_COUNT = 1000;
const OPTIONS_PER_AREA = 6;
const engine = createEngine();
const payload = Uint8Array.from({ length: 100 }, (_, index) => index);

function synOptions(index: number): ParsedOption[] {
  return [
    { id: "tcp.mss", value: { mss: 1460 } },
    { id: "tcp.sackPermitted" },
    { id: "tcp.timestamps", value: { value: index, echoReply: 0 } },
    { id: "tcp.nop" },
    { id: "tcp.windowScale", value: { shift: 7 } },
    { id: "mptcp.mpCapable", value: { version: 1, checksumRequired: true } },
  ];
}

function dataOptions(index: number): ParsedOption[] {
  const dss = {
    dataAck: BigInt(index + 1),
    dataAck8: false,
    dataSequenceNumber: BigInt(index),
    dataSequenceNumber8: false,
    subflowSequenceNumber: 1,
    dataLevelLength: 100,
  };
  return [
    { id: "tcp.nop" },
    { id: "tcp.nop" },
    { id: "tcp.timestamps", value: { value: index, echoReply: index + 1 } },
    { id: "mptcp.dss", value: dss },
    { id: "tcp.nop" },
    { id: "tcp.nop" },
  ];
}

function area(index: number): Uint8Array {
  return engine.serializeOptions(index % 2 === 0 ? synOptions(index) : dataOptions(index));
}

function packet(index: number): Uint8Array {
  const syn = index % 2 === 0;
  const tcp = {
    sourcePort: 40_000,
    destinationPort: 80,
    sequenceNumber: index,
    window: 65_535,
    ...(syn ? { syn } : { acknowledgmentNumber: index, psh: true, ack: true }),
    options: syn ? synOptions(index) : dataOptions(index),
  };
  return engine.craft([
    { id: "ethernet", value: { source: "02:00:00:00:00:01", destination: "02:00:00:00:00:02" } },
    { id: "ipv4", value: { source: "192.0.2.1", destination: "192.0.2.2" } },
    { id: "tcp", value: tcp, ...(syn ? {} : { payload }) },
  ]);
}

function rate(work: (index: number) => Uint8Array): number {
  const times: number[] = [];
  for (let round = 0; round < 6; round++) {
    const start = performance.now();
    for (let index = 0; index < COUNT; index++) work(index);
    // The first round warms up.
    if (round > 0) times.push(performance.now() - start);
  }
  return (COUNT / (times.sort((a, b) => a - b)[2] ?? 1)) * 1000;
}

interface Scapy {
  readonly first: { readonly areas: readonly string[]; readonly packets: readonly string[] };
  readonly areas: number;
  readonly packets: number;
}

function runScapy(): Scapy | undefined {
  const script = fileURLToPath(new URL("craft-scapy.py", import.meta.url));
  const run = spawnSync("/usr/bin/python3", [script, String(SCAPY_COUNT)], { encoding: "utf8" });
  if (run.status !== 0) return undefined;
  const result: Scapy = JSON.parse(run.stdout);
  const check = (name: string, theirs: readonly string[], work: (index: number) => Uint8Array): void => {
    for (const [index, hex] of theirs.entries())
      if (hex !== toHex(work(index)))
        throw new TypeError(`${name} ${index}: scapy writes ${hex}, subflow ${toHex(work(index))}`);
  };
  check("area", result.first.areas, area);
  check("packet", result.first.packets, packet);
  return result;
}

const scapy = runScapy();
if (scapy === undefined)
  console.log("scapy is not here (apt-get install python3-scapy): its column stays empty");
const ours = { areas: rate(area), packets: rate(packet) };
const line = (name: string, subflow: number, theirs: number | undefined): string => {
  const cell = (value: number): string => Math.round(value).toLocaleString("en").padStart(12);
  const rest = theirs === undefined ? "" : `${cell(theirs)} ${(subflow / theirs).toFixed(1).padStart(8)}`;
  return `${name.padEnd(24)} ${cell(subflow)} ${rest}`;
};
console.log(
  `${"a second".padEnd(24)} ${"subflow".padStart(12)} ${"scapy".padStart(11)} ${"ratio".padStart(8)}`,
);
const each = OPTIONS_PER_AREA;
console.log(line("options serialized", ours.areas * each, scapy && scapy.areas * each));
console.log(line("packets crafted", ours.packets, scapy?.packets));
