/** The report as one HTML page that needs nothing else. */
import { type Block, reportBlocks } from "./report-model.ts";
import type { CaptureAnalysis } from "./types.ts";

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
}

function htmlBlock(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `<h${block.level}>${escapeHtml(block.text)}</h${block.level}>`;
    case "paragraph":
      return `<p>${escapeHtml(block.text)}</p>`;
    case "list": {
      const items = block.items.map(({ text, source }) => {
        const shown = source === undefined ? "" : ` <code>${escapeHtml(source)}</code>`;
        return `<li>${escapeHtml(text)}${shown}</li>`;
      });
      return `<ul>\n${items.join("\n")}\n</ul>`;
    }
    case "table": {
      if (block.rows.length === 0) return "<p>none</p>";
      const row = (cells: readonly string[], tag: "th" | "td"): string =>
        `<tr>${cells.map((one) => `<${tag}>${escapeHtml(one)}</${tag}>`).join("")}</tr>`;
      const body = block.rows.map((cells) => row(cells, "td")).join("\n");
      return `<div class="wide"><table>\n<thead>${row(block.head, "th")}</thead>\n<tbody>\n${body}\n</tbody>\n</table></div>`;
    }
  }
}

const STYLE = `:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 0.15rem 0.6rem; border-bottom: 1px solid #8885; text-align: left; white-space: nowrap; }
code { font-size: 0.9em; }
svg { max-width: 100%; height: auto; }`;

/** `figures`: SVG pictures, put behind the first paragraph. */
export function htmlReport(
  analysis: CaptureAnalysis,
  title: string,
  figures: readonly string[] = [],
): string {
  const blocks = reportBlocks(analysis, title).map(htmlBlock);
  const body = [
    ...blocks.slice(0, 2),
    ...figures.map((svg) => `<figure>\n${svg}\n</figure>`),
    ...blocks.slice(2),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(`MPTCP in ${title}`)}</title>
<style>
${STYLE}
</style>
</head>
<body>
${body.join("\n")}
</body>
</html>
`;
}
