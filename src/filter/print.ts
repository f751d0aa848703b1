/** The tree back to text that parses to the same tree. */
import { operatorById } from "./operators.ts";
import type { ArithmeticSyntax, EntitySyntax, RangeItem, SetItemSyntax, TestSyntax } from "./syntax.ts";

function spell(id: Parameters<typeof operatorById>[0]): string {
  return operatorById(id).spellings[0] ?? id;
}

function escapeByte(byte: number): string {
  // A dollar sign could begin a macro, also inside a string.
  const plain = byte >= 32 && byte < 127 && byte !== 0x22 && byte !== 0x27 && byte !== 0x5c && byte !== 0x24;
  return plain ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`;
}

export function printRange(item: RangeItem): string {
  if (item.kind === "one") return String(item.start);
  if (item.kind === "length") return `${item.start}:${item.length}`;
  return item.kind === "span" ? `${item.start}-${item.end}` : `${item.start}:`;
}

function printRanges(ranges: readonly RangeItem[]): string {
  return `[${ranges.map(printRange).join(",")}]`;
}

function printLayers(layers: readonly RangeItem[] | undefined): string {
  return layers === undefined ? "" : `#${printRanges(layers)}`;
}

function printEntity(node: EntitySyntax): string {
  switch (node.kind) {
    case "word":
    case "literal":
      return node.text;
    case "string":
      return `"${Array.from(node.bytes, escapeByte).join("")}"`;
    case "char":
      return node.value > 255
        ? `'\\U${node.value.toString(16).padStart(8, "0")}'`
        : `'${escapeByte(node.value)}'`;
    case "name":
      return `${node.raw ? "@" : ""}${node.dotted ? "." : ""}${node.name}${printLayers(node.layers)}`;
    case "reference":
      return `\${${node.name}${printLayers(node.layers)}}`;
    case "slice":
      return `${printEntity(node.base)}${printRanges(node.ranges)}`;
    case "call":
      return `${node.name}(${node.arguments.map((value) => printArithmetic(value, 0)).join(", ")})`;
    default:
      return node satisfies never;
  }
}

function printArithmetic(node: ArithmeticSyntax, minimum: number): string {
  if (node.kind === "unary") return `${node.operator}${printEntity(node.operand)}`;
  if (node.kind !== "binary") return printEntity(node);
  const { power } = operatorById(node.operator);
  // All operators associate to the left.
  const left = printArithmetic(node.left, power);
  const right = printArithmetic(node.right, power + 1);
  const text = `${left} ${spell(node.operator)} ${right}`;
  return power < minimum ? `{${text}}` : text;
}

function printItem(item: SetItemSyntax): string {
  const low = printArithmetic(item.low, 0);
  return item.high === undefined ? low : `${low} .. ${printArithmetic(item.high, 0)}`;
}

function printTest(node: TestSyntax, minimum: number): string {
  switch (node.kind) {
    case "empty":
      return "";
    case "logic": {
      const { power } = operatorById(node.operator);
      const text = node.operands
        .map((operand, index) => printTest(operand, index === 0 ? power : power + 1))
        .join(` ${spell(node.operator)} `);
      return power < minimum ? `(${text})` : text;
    }
    case "not":
      return `not ${printTest(node.operand, operatorById("not").power)}`;
    case "bare":
      return printArithmetic(node.operand, 0);
    case "comparison": {
      const rest = node.operators.map(
        (operator, index) => ` ${spell(operator)} ${printOperand(node.operands[index + 1])}`,
      );
      return `${printQuantifier(node.quantifier)}${printOperand(node.operands[0])}${rest.join("")}`;
    }
    case "contains":
    case "matches":
      return `${printQuantifier(node.quantifier)}${printEntity(node.left)} ${node.kind} ${printEntity(node.right)}`;
    case "in": {
      const items = node.items.map(printItem).join(", ");
      const relation = node.negated ? "not in" : "in";
      return `${printQuantifier(node.quantifier)}${printEntity(node.left)} ${relation} {${items}}`;
    }
    default:
      return node satisfies never;
  }
}

function printOperand(node: ArithmeticSyntax | undefined): string {
  return node === undefined ? "" : printArithmetic(node, 0);
}

function printQuantifier(quantifier: "any" | "all" | undefined): string {
  return quantifier === undefined ? "" : `${quantifier} `;
}

/** Text of a parsed filter. Parsing it gives the same tree, apart from the places. */
export function printFilter(node: TestSyntax): string {
  return printTest(node, 0);
}
