/** The report as text for a terminal, as Markdown, and as JSON. */
import { type Block, reportBlocks, type Table } from "./report-model.ts";
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

/** What people read on a terminal. `title` names the capture. */
export function textReport(analysis: CaptureAnalysis, title: string): string {
  return `${reportBlocks(analysis, title).map(textBlock).join("\n\n")}\n`;
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
  return `${reportBlocks(analysis, title).map(markdownBlock).join("\n\n")}\n`;
}

/** Times as decimal texts of nanoseconds, keys and other numbers of 64 bits as `0x…`. */
export function jsonReport(analysis: CaptureAnalysis): string {
  const text = JSON.stringify(
    analysis,
    (name, value: unknown) =>
      typeof value === "bigint" ? (/time$/i.test(name) ? String(value) : hex64(value)) : value,
    2,
  );
  return `${text}\n`;
}
