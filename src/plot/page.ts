/** A page around an SVG that zooms: drag to select a part, wheel to zoom, double-click to see all. Needs nothing else. */

const SCRIPT = `const svg = document.querySelector("svg"), full = svg.viewBox.baseVal, all = [full.x, full.y, full.width, full.height];
const set = (x, y, w, h) => svg.setAttribute("viewBox", [x, y, w, h].join(" "));
const at = (e) => { const b = svg.getBoundingClientRect(), v = svg.viewBox.baseVal;
  return [v.x + (e.clientX - b.left) / b.width * v.width, v.y + (e.clientY - b.top) / b.height * v.height]; };
svg.addEventListener("wheel", (e) => { e.preventDefault(); const [x, y] = at(e), v = svg.viewBox.baseVal, f = e.deltaY > 0 ? 1.25 : 0.8;
  set(x - (x - v.x) * f, y - (y - v.y) * f, v.width * f, v.height * f); }, { passive: false });
let start; svg.addEventListener("pointerdown", (e) => { start = at(e); });
svg.addEventListener("pointerup", (e) => { if (!start) return; const end = at(e), w = Math.abs(end[0] - start[0]), h = Math.abs(end[1] - start[1]);
  if (w > 8 && h > 8) set(Math.min(start[0], end[0]), Math.min(start[1], end[1]), w, h); start = undefined; });
svg.addEventListener("dblclick", () => set(...all));`;

/** `title` is plain text; `svg` comes from `renderSvg`. */
export function chartPage(title: string, svg: string): string {
  const safe = title.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${safe}</title>
<style>
:root { color-scheme: light dark; }
body { margin: 0; font: 14px system-ui, sans-serif; }
svg { display: block; width: 100vw; height: 94vh; touch-action: none; user-select: none; }
p { margin: 0.3rem 1rem; }
</style>
</head>
<body>
${svg}
<p>Drag to select a part, turn the wheel to zoom, double-click to see all.</p>
<script>
${SCRIPT}
</script>
</body>
</html>
`;
}
