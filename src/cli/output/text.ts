/** `-T text`: the summary line, the tree (`-V`), the bytes (`-x`). */
import { paintLine } from "./color.ts";
import { summaryLine, summaryWriter } from "./columns.ts";
import { hexDump } from "./hexdump.ts";
import type { Output, OutputContext } from "./shown.ts";
import { treeLines } from "./tree.ts";

export interface TextParts {
  readonly summary: boolean;
  readonly tree: boolean;
  readonly hex: boolean;
}

export function textOutput(parts: TextParts, context: OutputContext): Output {
  const alone = !parts.tree && !parts.hex;
  const writeSummary = summaryWriter(context);
  return {
    begin: () => "",
    frame: (shown) => {
      if (alone && !context.color) return writeSummary(shown);
      const lines: string[] = [];
      if (parts.summary || alone) {
        const line = summaryLine(shown, context);
        lines.push(context.color ? paintLine(line, shown.dissection) : line);
        if (parts.hex && !parts.tree) lines.push("");
      }
      if (parts.tree) lines.push(...treeLines(shown, context), "");
      if (parts.hex) lines.push(...hexDump(shown.frame.data), "");
      return `${lines.join("\n")}\n`;
    },
    end: () => "",
  };
}
