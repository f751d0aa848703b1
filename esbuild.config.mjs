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

const warm = ["-r", "examples/captures/handover.pcap", "-Y", "tcp.options.mptcp.subtype == 0", "-w", "-"];
execFileSync(process.execPath, [`${outdir}/warm.cjs`, ...warm], { stdio: ["ignore", "ignore", "inherit"] });
rmSync(`${outdir}/warm.cjs`);
