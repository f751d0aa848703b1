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
cat > use.mjs <<'EOF'
import { createEngine } from "subflow";
import { defineDissector } from "subflow/plugin";
const engine = createEngine();
const parsed = engine.parse("mptcp.mpPrio", Uint8Array.of(30, 3, 0x51));
if (!parsed.ok || parsed.value.backup !== true || typeof defineDissector !== "function") process.exit(1);
EOF
node use.mjs
echo "package: $(du -sh node_modules | cut -f1) installed with dependencies, $(ls -1 node_modules | wc -l) packages"
