/** The report as text for a terminal, as Markdown, and as JSON. */
import { type Block, captureBlocks, connectionBlocks, type Table } from "./report-model.ts";
import type { CaptureAnalysis } from "./types.ts";
import { hex64 } from "./units.ts";

function textTable({ head, rows }: Table): string {
  const all = [head, ...rows];
  const used = head.map((_, column) => rows.some((row) => (row[column] ?? "") !== ""));
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => ({ cell, column }))
        .filter(({ column }) => used[column])
        .map(({ cell, column }) => {
          const width = widths[column] ?? 0;
          const isNumber = rows.every((other) => /^[\d.]*( %)?$/.test(other[column] ?? ""));
          return isNumber ? cell.padStart(width) : cell.padEnd(width);
        })
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `  ${line}`)
    .join("\n");
}

function textBlock(block: Block): string {
  switch (block.kind) {
    case "heading":
      if (block.level === 3) return `${block.text}:`;
      return `${block.text}\n${(block.level === 1 ? "=" : "-").repeat(block.text.length)}`;
    case "paragraph":
      return block.text;
    case "list":
      return block.items
        .map(({ text, source }) => (source === undefined ? `  - ${text}` : `  - ${text}\n      [${source}]`))
        .join("\n");
    case "table":
      return block.rows.length === 0 ? "  none" : textTable(block);
  }
}

/** A report in pieces, one a connection, so that those of many need not be in memory at once. */
function* pieces(
  analysis: CaptureAnalysis,
  title: string,
  write: (block: Block) => string,
): Generator<string> {
  yield `${captureBlocks(analysis, title).map(write).join("\n\n")}\n`;
  for (const connection of analysis.connections)
    yield `\n${connectionBlocks(connection).map(write).join("\n\n")}\n`;
}

/** What people read on a terminal. `title` names the capture. */
export function textReport(analysis: CaptureAnalysis, title: string): string {
  return [...textPieces(analysis, title)].join("");
}

export function textPieces(analysis: CaptureAnalysis, title: string): Iterable<string> {
  return pieces(analysis, title, textBlock);
}

const cell = (text: string): string => text.replaceAll("|", "\\|");

function markdownBlock(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `${"#".repeat(block.level)} ${block.text}`;
    case "paragraph":
      return block.text;
    case "list":
      return block.items
        .map(({ text, source }) => (source === undefined ? `- ${text}` : `- ${text} (\`${source}\`)`))
        .join("\n");
    case "table":
      if (block.rows.length === 0) return "none";
      return [block.head, block.head.map(() => "---"), ...block.rows]
        .map((row) => `| ${row.map(cell).join(" | ")} |`)
        .join("\n");
  }
}

export function markdownReport(analysis: CaptureAnalysis, title: string): string {
  return [...markdownPieces(analysis, title)].join("");
}

export function markdownPieces(analysis: CaptureAnalysis, title: string): Iterable<string> {
  return pieces(analysis, title, markdownBlock);
}

/** Members that are times. */
const TIME = /(time|New)$/i;

function json(value: unknown): string {
  return JSON.stringify(
    value,
    (name, one: unknown) => (typeof one === "bigint" ? (TIME.test(name) ? String(one) : hex64(one)) : one),
    2,
  );
}

/** Times as decimal texts of nanoseconds, keys and other numbers of 64 bits as `0x…`. */
export function jsonReport(analysis: CaptureAnalysis): string {
  return [...jsonPieces(analysis)].join("");
}

/** The text of {@link jsonReport}, a connection at a time. */
export function* jsonPieces(analysis: CaptureAnalysis): Generator<string> {
  const { connections } = analysis;
  const [before = "", behind = ""] = json({ ...analysis, connections: [] }).split('"connections": []');
  yield `${before}"connections": [`;
  // In two lists it stands as far in as where it belongs.
  for (const [index, connection] of connections.entries())
    yield `${index === 0 ? "" : ","}${json([[connection]]).slice("[\n  [".length, -"\n  ]\n]".length)}`;
  yield `${connections.length === 0 ? "]" : "\n  ]"}${behind}\n`;
}
