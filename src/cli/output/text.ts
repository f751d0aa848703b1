/** `-T text`: the summary line, the tree (`-V`), the bytes (`-x`). */
import { paintLine } from "./color.ts";
import { lineTemplate, summaryLine } from "./columns.ts";
import { hexDump } from "./hexdump.ts";
import type { Output, OutputContext, Shown } from "./shown.ts";
import { templateWriter } from "./template.ts";
import { treeTemplate, treeText } from "./tree.ts";

export interface TextParts {
  readonly summary: boolean;
  readonly tree: boolean;
  readonly hex: boolean;
}

export function textOutput(parts: TextParts, context: OutputContext): Output {
  return { begin: () => "", frame: frameWriter(parts, context), end: () => "" };
}

function frameWriter(parts: TextParts, context: OutputContext): Output["frame"] {
  const { summary, tree, hex } = parts;
  const whole = (shown: Shown): string => wholeText(parts, shown, context);
  if (hex || context.color) return whole;
  if (!tree) return templateWriter((shown) => lineTemplate(shown, context), whole);
  return summary ? whole : templateWriter((shown) => treeTemplate(shown, context), whole);
}

function wholeText({ summary, tree, hex }: TextParts, shown: Shown, context: OutputContext): string {
  let text = "";
  if (summary || (!tree && !hex)) {
    const line = summaryLine(shown, context);
    text += `${context.color ? paintLine(line, shown.dissection) : line}\n`;
    if (hex && !tree) text += "\n";
  }
  if (tree) text += `${treeText(shown, context)}\n`;
  if (hex) text += `${[...hexDump(shown.frame.data), ""].join("\n")}\n`;
  return text;
}
