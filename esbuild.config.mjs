/**
 * Bundles what is installed. dist/lib: the library, as few modules as programs that import it start fast with. dist/bin: the command,
 * as a script of all commands and one that only reads captures, with code caches and a launcher. Beside each the program of scanning
 * threads.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const [library, command] = ["dist/lib", "dist/bin"];
for (const folder of [library, command]) rmSync(folder, { recursive: true, force: true });
const common = { bundle: true, packages: "external", target: "node20", logLevel: "warning" };

/** Packages that a start mostly does without. Others come with what is bundled: every module of theirs takes time to find. */
const later = [
  "ajv",
  "commander",
  "echarts",
  "fast-check",
  "fzstd",
  "vitest",
  "xxhash-wasm",
  "yaml",
  "@resvg/resvg-js",
];

/** Node shows the line of an error that nobody caught. */
const LINE = 200;

const modules = {
  ...common,
  outbase: "src",
  outdir: library,
  format: "esm",
  platform: "neutral",
  packages: "bundle",
  mainFields: ["module", "main"],
  external: ["node:*", ...later],
  // V8 reads all of it at each start of a program. Names stay, for whoever meets one; maps lead debuggers to the sources.
  minifySyntax: true,
  minifyWhitespace: true,
  lineLimit: LINE,
  sourcemap: "linked",
};
await build({
  ...modules,
  entryPoints: ["src/index.ts", "src/testing/index.ts", "src/testing/vitest.ts"],
  splitting: true,
});
// By itself, lest what it shares become one more module of each start.
await build({ ...modules, entryPoints: ["src/plugin.ts"] });
for (const outdir of [library, command])
  await build({
    ...common,
    entryPoints: ["src/backends/extract/scan-worker.ts"],
    outdir,
    format: "esm",
    platform: "node",
  });

/** JSON of built-in schemas, which the scripts read in pieces: in their text it would be read at each start. */
const texts = [];
let textsLength = 0;
const apart = {
  name: "apart",
  setup({ onLoad }) {
    onLoad({ filter: /dissectors.generated.(?:layouts.\w+|enums)\.ts$/ }, ({ path }) => {
      const contents = readFileSync(path, "utf8").replace(/\(\) => '((?:[^'\\]|\\.)*)'/g, (_, quoted) => {
        // In such a literal backslashes alone are escaped.
        const text = quoted
          .replaceAll("\\\\", "\\")
          .replace(/[^\0-\x7f]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
        const start = textsLength;
        texts.push(text);
        textsLength += text.length;
        return `() => launcher.textAt(${start}, ${textsLength})`;
      });
      return { contents, loader: "ts" };
    });
  },
};

const script = {
  ...common,
  outdir: command,
  format: "cjs",
  outExtension: { ".js": ".cjs" },
  platform: "node",
};
await build({
  ...script,
  entryPoints: { main: "src/cli/bin.ts", read: "src/cli/bin-read.ts" },
  packages: "bundle",
  external: later,
  // A script that is compiled from a code cache has neither: the launcher hands them in (src/cli/launch/bundle.ts).
  supported: { "dynamic-import": false },
  define: { "import.meta.url": "launcher.url" },
  banner: { js: "(function (require, launcher) {" },
  footer: { js: "})" },
  minifySyntax: true,
  minifyWhitespace: true,
  lineLimit: LINE,
  plugins: [apart],
});
writeFileSync(`${command}/schemas.txt`, texts.join(""));
await build({
  ...script,
  entryPoints: { bin: "src/cli/launch/bin.ts", warm: "src/cli/launch/warm.ts" },
});

const capture = "examples/captures/handover.pcap";
/** The same packets many times over: as much as a scan goes on as WebAssembly for. */
const long = `${command}/long.pcap`;
const written = `${command}/written.pcap`;
const bytes = readFileSync(capture);
writeFileSync(long, Buffer.concat([bytes, ...Array(50).fill(bytes.subarray(24))]));

/** Lines of each kind, whose functions its cache is to hold. */
const kinds = [
  [["report", capture]],
  [
    ["-r", capture, "-c", "50"],
    ["-r", capture, "-T", "fields", "-e", "frame.number", "-e", "tcp.stream"],
    ["-r", capture, "-T", "json", "-c", "50"],
  ],
  [
    ["-r", long, "-Y", "tcp.options.mptcp.subtype == 0", "-w", "-"],
    ["-r", capture, "-Y", "tcp.options.mptcp.subtype == 0", "-w", written],
    ["-r", long, "-Y", "tcp.stream == 0", "--count"],
    ["-r", long, "-Y", "tcp.options.mptcp.subtype == 0", "--jobs", "2", "--count"],
  ],
];
for (const lines of kinds)
  execFileSync(process.execPath, [`${command}/warm.cjs`, ...lines.map((words) => JSON.stringify(words))], {
    stdio: ["ignore", "ignore", "inherit"],
  });
for (const path of [`${command}/warm.cjs`, long, written]) rmSync(path);
