/** The report as one HTML page that needs nothing else. */
import { type Block, captureBlocks, connectionBlocks } from "./report-model.ts";
import type { CaptureAnalysis, ConnectionAnalysis } from "./types.ts";
import { size } from "./units.ts";

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
footer { margin-top: 2rem; opacity: 0.7; }
svg { max-width: 100%; height: auto; }`;

/** Connections that have a picture. */
export const FIGURES = 20;

export interface HtmlReportOptions {
  /** An SVG picture of a connection, put behind its heading. */
  readonly figure?: ((connection: ConnectionAnalysis) => string | undefined) | undefined;
  /** Connections that are told of in full, those that carried most; the page lists the others. Default 100. */
  readonly connections?: number | undefined;
  /** Of these, how many have a picture. Default {@link FIGURES}. */
  readonly figures?: number | undefined;
}

const carried = ({ hosts }: ConnectionAnalysis): number => hosts[0].bytes + hosts[1].bytes;

function connectionHtml(connection: ConnectionAnalysis, svg: string | undefined): string {
  const [first = "", ...others] = connectionBlocks(connection).map(htmlBlock);
  return [first, ...(svg === undefined ? [] : [`<figure>\n${svg}\n</figure>`]), ...others].join("\n");
}

/** A page that is no larger for a long capture than for a short one: it says what it leaves out, and its own size. */
export function htmlReport(
  analysis: CaptureAnalysis,
  title: string,
  { figure, connections: most = 100, figures = FIGURES }: HtmlReportOptions = {},
): string {
  const { connections } = analysis;
  const largest = [...connections].sort((a, b) => carried(b) - carried(a)).slice(0, most);
  const told = new Set(largest);
  const pictured = new Set(largest.slice(0, figures));
  const left =
    connections.length > told.size
      ? `<p>The ${told.size} connections that carried most are told of in full; --stream N tells of another.</p>`
      : "";
  const plain =
    figure !== undefined && told.size > pictured.size
      ? `<p>The ${pictured.size} connections that carried most have a plot; subflow plot --stream N draws another.</p>`
      : "";
  const body = [
    ...captureBlocks(analysis, title).map(htmlBlock),
    ...[left, plain].filter((part) => part !== ""),
    ...connections
      .filter((one) => told.has(one))
      .map((one) => connectionHtml(one, pictured.has(one) ? figure?.(one) : undefined)),
  ].join("\n");
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
${body}
<footer>This page takes ${size(body.length)} and needs nothing else.</footer>
</body>
</html>
`;
}
