/** Tests that generated code decides at each occurrence: one field against constants. */
import { type Code, code, join, Name } from "../../codegen/code.ts";
import type { FieldValue, Test, Value } from "../../filter/ast.ts";
import type { Datum } from "../../filter/datum.ts";
import type { ComparisonOperator } from "../../filter/operators.ts";
import { types } from "../../filter/types.ts";
import { type Bind, compareCode, type Outcome } from "./compare-code.ts";
import { Needle } from "./needle.ts";
import { type Before, operandOf } from "./operand.ts";
import { B, TO } from "./read.ts";
import type { ByteRange, Site, SiteValue } from "./site.ts";
import { NotExtractable } from "./tables.ts";

export interface Leaf {
  readonly field: FieldValue;
  /** Holds when there is an occurrence and none contradicts; else one that fits suffices. */
  readonly every: boolean;
  /** Nothing is asked but whether the field is there. */
  readonly existence: boolean;
  readonly range: boolean;
  outcome(site: Site, before: Before, bind: Bind): Outcome;
}

function constantOf(value: Value): Datum {
  if (value.kind === "constant") return value.value;
  throw new NotExtractable("the right side is no constant");
}

/** A number that several comparisons read. */
function shared(value: SiteValue, before: Before): SiteValue {
  const keep = (what: Code): Code => {
    const name = before.scope.fresh("value");
    before.statements.push(code`const ${name} = ${what};`);
    return code`${name}`;
  };
  if (value.kind === "number") return { kind: "number", number: keep(value.number) };
  if (value.kind === "wide") return { kind: "wide", high: keep(value.high), low: keep(value.low) };
  return value;
}

function both(a: Outcome, b: Outcome): Outcome {
  return { holds: code`(${a.holds} && ${b.holds})`, fails: code`(${a.fails} || ${b.fails})` };
}

function compareLeaf(node: Extract<Test, { kind: "compare" }>): Leaf {
  const operand = operandOf(node.left);
  const right = constantOf(node.right);
  return {
    field: operand.field,
    every: node.quantifier === "every",
    existence: false,
    range: operand.range,
    outcome: (site, before, bind) =>
      compareCode(node.operator, node.left.type, operand.value(site, before, false), right, bind),
  };
}

type Item = { readonly low: Datum; readonly high: Datum | undefined };

function memberLeaf(left: Value, items: readonly Item[], every: boolean): Leaf {
  const operand = operandOf(left);
  return {
    field: operand.field,
    every,
    existence: false,
    range: operand.range,
    outcome(site, before, bind): Outcome {
      const value = shared(operand.value(site, before, false), before);
      const compare = (op: ComparisonOperator, constant: Datum): Outcome =>
        compareCode(op, left.type, value, constant, bind);
      const outcomes = items.map(({ low, high }) =>
        high === undefined ? compare("==", low) : both(compare(">=", low), compare("<=", high)),
      );
      const [first] = outcomes;
      if (first === undefined) return { holds: code`false`, fails: code`true` };
      return outcomes.length === 1
        ? first
        : {
            holds: join(
              outcomes.map((one) => one.holds),
              " || ",
            ),
            fails: first.fails,
          };
    },
  };
}

/** `in`: with `some` any item for any value; with `every` one item must take all values. */
function memberLeaves(node: Extract<Test, { kind: "in" }>): Leaf[] {
  const items = node.items.map(({ low, high }) => ({
    low: constantOf(low),
    high: high === undefined ? undefined : constantOf(high),
  }));
  if (node.quantifier === "some") return [memberLeaf(node.left, items, false)];
  return items.map((item) => memberLeaf(node.left, [item], true));
}

function notEmpty({ range }: Extract<SiteValue, { kind: "bytes" }>): Code {
  return code`${range.end} > ${range.start}`;
}

/** A search goes on to the end of all bytes at hand, and what it found is kept: most frames stand before it as a whole. */
function searchCode({ start, end }: ByteRange, wanted: Needle, before: Before): Code {
  const { needle, from, next } = before.found(wanted);
  let place = start;
  if (!(place instanceof Name)) {
    place = before.scope.fresh("place");
    before.statements.push(code`const ${place} = ${start};`);
  }
  before.statements.push(code`if (${place} < ${from} || ${place} > ${next}) {
${next} = ${needle}.next(${B}, ${place}, ${TO});
${from} = ${place};
}`);
  return code`${next} + ${wanted.bytes.length} <= ${end}`;
}

function containsLeaf(node: Extract<Test, { kind: "contains" }>): Leaf {
  const operand = operandOf(node.left);
  const wanted = constantOf(node.right);
  const { family } = types[node.left.type];
  const sliced = node.left.kind === "slice";
  const needle = wanted instanceof Uint8Array && wanted.length > 0 ? new Needle(wanted) : undefined;
  return {
    field: operand.field,
    every: node.quantifier === "every",
    existence: false,
    range: operand.range,
    outcome(site, before): Outcome {
      const value = operand.value(site, before, true);
      if (value.kind !== "bytes" || !(wanted instanceof Uint8Array))
        throw new NotExtractable("contains on what is not bytes");
      let holds: Code;
      if (needle !== undefined) holds = searchCode(value.range, needle, before);
      else {
        const found = family === "bytes" || family === "ether";
        holds = found ? (sliced ? notEmpty(value) : code`true`) : code`false`;
      }
      return { holds, fails: code`!(${holds})` };
    },
  };
}

function matchesLeaf(node: Extract<Test, { kind: "matches" }>): Leaf {
  const operand = operandOf(node.left);
  return {
    field: operand.field,
    every: node.quantifier === "every",
    existence: false,
    range: operand.range,
    outcome(site, before, bind): Outcome {
      const value = operand.value(site, before, true);
      if (value.kind !== "bytes") throw new NotExtractable("matches on what is not bytes");
      const test = code`${bind("patternWithin")}(${bind(node.pattern)}, ${B}, ${value.range.start}, ${value.range.end})`;
      const holds = node.left.kind === "slice" ? code`(${notEmpty(value)} && ${test})` : test;
      return { holds, fails: code`!(${holds})` };
    },
  };
}

function bareLeaf(operand: Value): Leaf {
  const left = operandOf(operand);
  return {
    field: left.field,
    every: false,
    existence: false,
    range: left.range,
    outcome(site, before): Outcome {
      const value = left.value(site, before, false);
      let holds: Code;
      if (value.kind === "bytes" && operand.kind === "slice") holds = notEmpty(value);
      else if (value.kind === "number") holds = code`${value.number} !== 0`;
      else throw new NotExtractable("a bare value that is no number");
      return { holds, fails: code`!(${holds})` };
    },
  };
}

/** The tests of which any must hold. @throws NotExtractable where generated code does not cover them. */
export function leavesOf(test: Test): Leaf[] {
  switch (test.kind) {
    case "exists": {
      const { field } = test;
      if (field.layers !== undefined) throw new NotExtractable("layers are counted");
      const always = { holds: code`true`, fails: code`false` };
      return [{ field, every: false, existence: true, range: false, outcome: () => always }];
    }
    case "bare":
      return [bareLeaf(test.operand)];
    case "compare":
      return [compareLeaf(test)];
    case "contains":
      return [containsLeaf(test)];
    case "matches":
      return [matchesLeaf(test)];
    case "in":
      return memberLeaves(test);
    case "true":
    case "and":
    case "or":
    case "xor":
    case "not":
      throw new NotExtractable("no single test");
    default:
      return test satisfies never;
  }
}
