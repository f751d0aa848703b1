/**
 * `npm run bench -- [PACKETS] [RUNS] [PART,…]`: the table of costs, at 10 million packets and 5 runs unless said. Parts: scan, stream, text,
 * search, forms, jobs, growth. Every figure is a ratio within this run; tools that disagree on the packets fail the row. CPU is user + system of
 * the whole process. Build first: the command that is measured is the one in dist/.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { sharedDir } from "../shared.ts";
import { generate } from "./gen.ts";
import { type Command, type Figure, Samples } from "./measure.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));
const packets = Number(process.argv[2] ?? 10_000_000);
const runs = Number(process.argv[3] ?? 5);
const parts = process.argv[4]?.split(",");
const folder = mkdtempSync(join(process.env["SUBFLOW_BENCH_DIR"] ?? tmpdir(), "subflow-bench-"));
const tenth = Math.ceil(packets / 10);
const fifth = Math.ceil(packets / 5);
const few = Math.ceil((packets * 3) / 100);

/** A field that no built-in schema knows: a plugin's schema file alone declares it. */
const PLUGIN = JSON.stringify({
  id: "acme.word",
  role: "header",
  title: "Acme",
  spec: "none",
  description: "A header over UDP port 45671 that begins with a word.",
  protocol: { filter: "acme", title: "Acme", layer: true },
  match: { table: "udp.port", key: 45671 },
  fields: [{ name: "word", type: "u32", filter: "acme.word" }],
  payload: {},
});

const ROW_1 = "tcp.options.mptcp.subtype == 0";
const NAMES = ["frame.number", "ip.src", "tcp.options.mptcp.subtype", "tcp.options.mptcp.rawdataseqno"];
const COLUMNS = `-T fields ${NAMES.map((name) => `-e ${name}`).join(" ")}`;
const ours = (file: string, filter: string, more = "--count"): string =>
  `node dist/bin/bin.cjs -r ${file} ${filter === "" ? "" : `-Y '${filter}'`} ${more}`;
const tshark = (file: string, filter: string, more: string, tuned: boolean): string => {
  const config = tuned ? `WIRESHARK_CONFIG_DIR=${sharedDir}/bench/tshark-tuned ` : "";
  return `${config}tshark -n -r ${file} ${filter === "" ? "" : `-Y '${filter}'`} ${more} 2>/dev/null`;
};
const noTshark = spawnSync("tshark", ["-v"]).status === 0 ? undefined : "tshark is not installed";
const noTuned =
  noTshark ?? (sharedDir === undefined ? "the configuration of the tuned tshark is not here" : undefined);
const count = "| wc -l";

const commands: Readonly<Record<string, Command>> = {
  node: { line: "node -e 0" },
  c: { line: "./cscan read in.pcap 0" },
  cOut: { line: "./cscan read in.pcap 0 c.pcap" },
  read: {
    line: `node -e 'const f=fs.openSync("in.pcap"),b=new Uint8Array(1<<20);while(fs.readSync(f,b)>0);'`,
  },
  row1: { line: ours("in.pcap", ROW_1, "-w ours.pcap"), behind: "cmp ours.pcap c.pcap", isWeighed: true },
  count: { line: ours("in.pcap", ROW_1) },
  library: { line: `node dist/test/bench/match.js in.pcap '${ROW_1}' out.pcap` },
  wide: {
    line: ours(
      "in.pcap",
      "tcp.options.mptcp.rawdataseqno > 0x8000000000000000 && tcp.dstport == 45670 && ip.ttl == 64",
    ),
  },
  six: {
    line: ours(
      "in.pcap",
      "tcp.srcport == 45670 && (tcp.flags.syn == 1 || tcp.options.mptcp.subtype == 3) && !(ip.ttl < 10 || tcp.window_size_value == 0) && ip.proto == 6",
    ),
  },
  cidr: { line: ours("in.pcap", "ip.addr == 192.168.0.0/20") },
  set: { line: ours("in.pcap", "tcp.port in {80, 443, 8000..9000}") },
  noMptcp: { line: ours("in.pcap", "tcp.flags.syn == 1 && !tcp.options.mptcp") },
  plugin: { line: ours("in.pcap", "acme.word > 0xf0000000", "--plugin acme.json --count") },
  stream: { line: ours("in.pcap", "tcp.stream == 7") },
  seq: { line: ours("in.pcap", "tcp.seq == 1") },
  window: { line: ours("in.pcap", "tcp.window_size > 1000000") },
  many: { line: ours("many.pcap", "tcp.stream == 7") },
  pcapng: { line: ours("in.pcapng", ROW_1, "-w ours.pcapng"), missing: noTshark },
  short: { line: ours("tenth.pcap", ROW_1) },
  shortTuned: { line: tshark("tenth.pcap", ROW_1, count, true), runs: 1, missing: noTuned },
  shortDefault: { line: tshark("tenth.pcap", ROW_1, count, false), runs: 1, missing: noTshark },
  text: { line: `${ours("tenth.pcap", "", COLUMNS)} > text`, behind: "md5sum < text" },
  textTuned: {
    line: `${tshark("tenth.pcap", "", COLUMNS, true)} > text`,
    behind: "md5sum < text",
    runs: 1,
    missing: noTuned,
  },
  textDefault: {
    line: `${tshark("tenth.pcap", "", COLUMNS, false)} > text`,
    behind: "md5sum < text",
    runs: 1,
    missing: noTshark,
  },
  columns: { line: `node dist/test/bench/columns.js tenth.pcap ${NAMES.join(" ")}` },
  json: { line: `${ours("few.pcap", "", "-T json")} > /dev/null`, runs: 1 },
  jsonTshark: { line: `${tshark("few.pcap", "", "-T json", false)} > /dev/null`, runs: 1, missing: noTshark },
  absent: { line: ours("full.pcap", 'frame contains "abcdefgh"') },
  absentTuned: {
    line: tshark("full.pcap", 'frame contains "abcdefgh"', count, true),
    runs: 1,
    missing: noTuned,
  },
  common: { line: ours("full.pcap", "frame contains 00:00:01:fe") },
  commonTuned: {
    line: tshark("full.pcap", "frame contains 00:00:01:fe", count, true),
    runs: 1,
    missing: noTuned,
  },
  matches: { line: ours("full.pcap", 'tcp matches "x.*y"') },
  matchesTuned: { line: tshark("full.pcap", 'tcp matches "x.*y"', count, true), runs: 1, missing: noTuned },
  gzip: { line: ours("tenth.pcap.gz", ROW_1) },
  gzipPipe: { line: `gzip -dc tenth.pcap.gz | ${ours("-", ROW_1)}` },
  alone: { line: ours("large.pcap", ROW_1, "--count --jobs 1"), isWeighed: true },
  together: { line: ours("large.pcap", ROW_1, "--count --jobs 2"), isWeighed: true },
  small: { line: ours("small.pcap", ROW_1) },
  smallTshark: { line: tshark("small.pcap", ROW_1, count, false), missing: noTshark },
};

interface Row {
  readonly part: string;
  readonly label: string;
  readonly what: string;
  /** Undefined: the figure itself. */
  readonly over?: string;
  readonly figure?: Figure;
  /** Node's own start is taken off `what`. */
  readonly less?: boolean;
  readonly most?: number;
  readonly least?: number;
  /** Not the ratio. */
  readonly difference?: true;
  /** Both print the same: packets, or a digest of the text. */
  readonly same?: boolean;
}

const rows: readonly Row[] = [
  { part: "scan", label: `${ROW_1} -w OUT, over C`, what: "row1", over: "cOut", less: true, most: 1.6 },
  { part: "scan", label: "the same, Node's start not taken off", what: "row1", over: "cOut", most: 2 },
  { part: "scan", label: "the same with --count, over C", what: "count", over: "c", less: true, most: 1.6 },
  { part: "scan", label: "row 1 over reading alone", what: "row1", over: "read", most: 1.6 },
  { part: "scan", label: "memory of row 1, MiB", what: "row1", figure: "memory", most: 80 },
  { part: "scan", label: "three terms, 64-bit compare, over row 1", what: "wide", over: "row1", most: 1.4 },
  { part: "scan", label: "six terms", what: "six", over: "row1", most: 1.4 },
  { part: "scan", label: "ip.addr in a network", what: "cidr", over: "row1", most: 1.4 },
  { part: "scan", label: "tcp.port in a set", what: "set", over: "row1", most: 1.4 },
  { part: "scan", label: "SYN without MPTCP", what: "noMptcp", over: "row1", most: 1.4 },
  { part: "scan", label: "a plugin's field", what: "plugin", over: "row1", most: 1.4 },
  { part: "scan", label: "reader.matches in a library program", what: "library", over: "row1", most: 1.2 },
  { part: "stream", label: "tcp.stream == 7, over row 1", what: "stream", over: "row1", most: 1.8 },
  { part: "stream", label: "tcp.seq == 1", what: "seq", over: "row1", most: 1.8 },
  { part: "stream", label: "tcp.window_size > 1000000", what: "window", over: "row1", most: 1.8 },
  { part: "stream", label: "tcp.stream == 7, 100,000 live streams", what: "many", over: "row1", most: 3 },
  {
    part: "text",
    label: "row 1 at a tenth: tuned tshark over ours",
    what: "shortTuned",
    over: "short",
    least: 40,
    same: true,
  },
  {
    part: "text",
    label: "default tshark over ours",
    what: "shortDefault",
    over: "short",
    least: 80,
    same: true,
  },
  {
    part: "text",
    label: "-T fields of four columns: tuned tshark over ours",
    what: "textTuned",
    over: "text",
    least: 25,
    same: true,
  },
  {
    part: "text",
    label: "default tshark over ours",
    what: "textDefault",
    over: "text",
    least: 40,
    same: true,
  },
  {
    part: "text",
    label: "reader.columns in a library program, over the command",
    what: "columns",
    over: "text",
  },
  { part: "text", label: "-T json: tshark over ours", what: "jsonTshark", over: "json", least: 5 },
  {
    part: "search",
    label: "frame contains, needle absent: tuned tshark over ours",
    what: "absentTuned",
    over: "absent",
    least: 20,
    same: true,
  },
  {
    part: "search",
    label: "frame contains, common first byte",
    what: "commonTuned",
    over: "common",
    least: 20,
    same: true,
  },
  {
    part: "search",
    label: 'tcp matches "x.*y"',
    what: "matchesTuned",
    over: "matches",
    least: 3,
    same: true,
  },
  { part: "forms", label: "pcapng over pcap", what: "pcapng", over: "row1", most: 1.3 },
  {
    part: "forms",
    label: "gzip, wall, over gzip -dc into ours",
    what: "gzip",
    over: "gzipPipe",
    figure: "wall",
    most: 1,
    same: true,
  },
  {
    part: "jobs",
    label: "three times the packets, wall: one thread over two",
    what: "alone",
    over: "together",
    figure: "wall",
    least: 1.5,
    same: true,
  },
  {
    part: "jobs",
    label: "memory of the further thread, MiB",
    what: "together",
    over: "alone",
    figure: "memory",
    difference: true,
    most: 20,
  },
  {
    part: "forms",
    label: "50 packets, wall, over tshark",
    what: "small",
    over: "smallTshark",
    figure: "wall",
    most: 0.5,
    same: true,
  },
];

const asked = rows.filter(({ part }) => parts?.includes(part) ?? true);
const needed = new Set([
  "node",
  "cOut",
  "c",
  "row1",
  ...asked.flatMap(({ what, over }) => [what, over ?? what]),
]);

function sh(line: string): void {
  const done = spawnSync("bash", ["-c", line], { cwd: folder, encoding: "utf8" });
  if (done.status !== 0) throw new TypeError(`${line}: ${done.stderr}`);
}

function prepare(): void {
  spawnSync("npx", ["tsc", "-p", join(here, "tsconfig.json"), "--outDir", join(folder, "dist")], {
    cwd: root,
  });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  if (!existsSync(join(root, "dist/bin/bin.cjs"))) throw new TypeError("npm run build comes first");
  // Library programs run over what is installed.
  const installed = pathToFileURL(join(root, "dist/lib/index.js")).href;
  writeFileSync(join(folder, "dist/src/index.js"), `export * from ${JSON.stringify(installed)};\n`);
  sh(`cp ${root}/package.json dist/ && cp -r ${root}/dist/bin dist/bin && cp -r ${root}/package.json .`);
  sh(`cc -O3 -o cscan ${here}/cscan.c`);
  writeFileSync(join(folder, "acme.json"), PLUGIN);
  generate(join(folder, "in.pcap"), packets, 128);
  generate(join(folder, "small.pcap"), 50, 128);
  const needs = (...names: string[]): boolean => names.some((name) => needed.has(name));
  if (needs("short", "text", "columns", "gzip")) generate(join(folder, "tenth.pcap"), tenth, 128);
  if (needs("json")) generate(join(folder, "few.pcap"), few, 128);
  if (needs("many")) generate(join(folder, "many.pcap"), packets, 128, 42, 50_000);
  if (needs("absent", "matches")) generate(join(folder, "full.pcap"), fifth, 0);
  if (needs("alone")) generate(join(folder, "large.pcap"), 3 * packets, 128);
  if (needs("gzip")) sh("gzip -1 -k tenth.pcap");
  // In large pieces, as the generator writes: what was written in small ones lies in small pieces in the system's cache, and takes
  // a third longer to read.
  if (needs("pcapng") && noTshark === undefined)
    sh("editcap -F pcapng in.pcap - | dd of=in.pcapng bs=4M iflag=fullblock status=none");
}

function line(
  { label, what, over, figure = "cpu", less, most, least, difference, same }: Row,
  samples: Samples,
): string {
  const missing = [what, over]
    .map((name) => name && commands[name]?.missing)
    .find((one) => one !== undefined);
  const target = most !== undefined ? `at most ${most}` : least !== undefined ? `at least ${least}` : "";
  if (missing !== undefined) return `| ${label} | – (${missing}) | ${target} |`;
  const value = samples.median(what, figure) - (less === true ? samples.median("node", figure) : 0);
  const other = over === undefined ? undefined : samples.median(over, figure);
  const ratio = other === undefined ? value : difference === true ? value - other : value / other;
  const differ = same === true && samples.output(what) !== samples.output(over ?? what);
  const missed = (most !== undefined && ratio > most) || (least !== undefined && ratio < least);
  const note = differ ? " (the outputs differ)" : missed ? " (missed)" : "";
  return `| ${label} | ${ratio.toFixed(2)}${note} | ${target} |`;
}

/** How cost grows with packets and with terms, in CPU seconds less Node's start. */
function growth(samples: Samples): void {
  const start = samples.median("node", "cpu");
  console.log("\n| packets | CPU seconds | | terms | CPU seconds |\n| --- | --- | --- | --- | --- |");
  const seconds = (name: string, command: string): string => {
    for (let run = 0; run < Math.min(runs, 3); run++) samples.take(name, { line: command }, folder);
    return (samples.median(name, "cpu") - start).toFixed(2);
  };
  const sizes = [0.1, 0.3, 1, 3].map((factor) => Math.ceil(packets * factor));
  for (const [index, terms] of [1, 2, 4, 8, 12].entries()) {
    const size = sizes[index];
    let first = "| | ";
    if (size !== undefined) {
      generate(join(folder, "size.pcap"), size, 128);
      first = `| ${size} | ${seconds(`size ${size}`, ours("size.pcap", ROW_1))} `;
      rmSync(join(folder, "size.pcap"));
    }
    const text = Array.from({ length: terms }, (_, term) => `tcp.window_size_value != ${term}`).join(" && ");
    console.log(`${first}| | ${terms} | ${seconds(`terms ${terms}`, ours("in.pcap", text))} |`);
  }
}

try {
  prepare();
  const samples = new Samples();
  for (let run = 0; run < runs; run++)
    for (const [name, command] of Object.entries(commands))
      if (needed.has(name)) samples.take(name, command, folder);
  console.log(
    `${packets} packets, medians of ${runs}\n\n| command | CPU seconds | wall | MiB |\n| --- | --- | --- | --- |`,
  );
  for (const name of Object.keys(commands).filter((one) => samples.has(one))) {
    const [cpu, wall] = [samples.median(name, "cpu"), samples.median(name, "wall")];
    const memory = samples.median(name, "memory");
    console.log(
      `| ${name} | ${cpu.toFixed(2)} | ${wall.toFixed(2)} | ${Number.isNaN(memory) ? "" : memory.toFixed(0)} |`,
    );
  }
  console.log("\n| work | ratio | to reach |\n| --- | --- | --- |");
  for (const row of asked) console.log(line(row, samples));
  if (parts?.includes("growth") ?? true) growth(samples);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
