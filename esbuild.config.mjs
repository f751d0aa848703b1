/** Bundles the command into dist/bin: one script with its code cache, a launcher, and the program of scanning threads. */
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { build } from "esbuild";

const outdir = "dist/bin";
const common = { bundle: true, platform: "node", target: "node20", outdir, logLevel: "warning" };

rmSync(outdir, { recursive: true, force: true });
await build({
  ...common,
  entryPoints: { main: "src/cli/bin.ts" },
  format: "cjs",
  outExtension: { ".js": ".cjs" },
  external: ["ajv", "commander", "echarts", "fast-check", "fzstd", "yaml", "@resvg/resvg-js"],
  // A script that is compiled from a code cache has neither: the launcher hands them in (src/cli/launch/bundle.ts).
  supported: { "dynamic-import": false },
  define: { "import.meta.url": "bundleUrl" },
  banner: { js: "(function (require, bundleUrl, importModule) {" },
  footer: { js: "})" },
  minifySyntax: true,
  minifyWhitespace: true,
});
await build({
  ...common,
  entryPoints: { bin: "src/cli/launch/bin.ts", warm: "src/cli/launch/warm.ts" },
  format: "cjs",
  outExtension: { ".js": ".cjs" },
});
await build({ ...common, entryPoints: ["src/backends/extract/scan-worker.ts"], format: "esm" });

const capture = "examples/captures/handover.pcap";
const runs = [
  ["-r", capture, "-Y", "tcp.options.mptcp.subtype == 0", "-w", "-"],
  ["-r", capture, "-c", "50"],
  ["-r", capture, "-T", "fields", "-e", "frame.number", "-e", "tcp.stream"],
  ["-r", capture, "-T", "json", "-c", "50"],
  ["report", capture],
];
execFileSync(process.execPath, [`${outdir}/warm.cjs`, ...runs.map((words) => JSON.stringify(words))], {
  stdio: ["ignore", "ignore", "inherit"],
});
rmSync(`${outdir}/warm.cjs`);
