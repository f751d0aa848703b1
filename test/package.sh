#!/usr/bin/env bash
# Packs the package as npm would publish it, checks it, installs it into an empty project and filters a capture there.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$root"
npx publint --strict
tarball=$(npm pack --silent --ignore-scripts --pack-destination "$work")
npx attw "$work/$tarball" --profile esm-only
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund "./$tarball"
count=$(npx subflow -r "$root/examples/captures/handover.pcap" -Y 'tcp.options.mptcp.subtype == 1' --count)
[ "$count" = 3 ] || { echo "the installed package counts $count MP_JOINs, not 3"; exit 1; }
# What the bundle reaches only through its launcher: modules of plugins, packages read when needed, a cache V8 refuses.
cat > plugin.mjs <<'EOF'
export default {
  name: "kind100",
  schemas: [{ id: "acme.kind100", role: "option", title: "Kind 100", spec: "none", prefix: "kind100", within: "tcp.option", match: { table: "tcp.option.kind", key: 100 },
    fields: [{ name: "word", type: "u16", filter: ".word" }] }],
};
EOF
npx subflow fields 'kind100.*' --plugin plugin.mjs | grep -q kind100.word || { echo "the plugin's field is not known"; exit 1; }
npx subflow craft --scenario "$root/examples/scenarios/v1-handshakes.yaml" -w join.pcap
node --no-opt node_modules/subflow/dist/bin/bin.cjs -r join.pcap -Y mptcp --count >/dev/null
cat > use.mjs <<'EOF'
import { createEngine } from "subflow";
import { defineDissector } from "subflow/plugin";
const engine = createEngine();
const parsed = engine.parse("mptcp.mpPrio", Uint8Array.of(30, 3, 0x51));
if (!parsed.ok || parsed.value.backup !== true || typeof defineDissector !== "function") process.exit(1);
EOF
node use.mjs
# Node shows the line that throws: it must not be all of a bundle.
echo 'import { createEngine } from "subflow"; createEngine().compileFilter("tcp.streem == 1");' > wrong.mjs
node wrong.mjs >shown 2>&1 && { echo "a misspelt field is no error"; exit 1; }
grep -q FilterError shown || { echo "the library throws something else:"; head -c 1000 shown; exit 1; }
[ "$(wc -c <shown)" -lt 5000 ] || { echo "an error of the library shows $(wc -c <shown) bytes"; exit 1; }
echo "package: $(du -sh node_modules | cut -f1) installed with dependencies, $(ls -1 node_modules | wc -l) packages"
