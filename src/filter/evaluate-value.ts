/** Values of a checked filter in one frame, as closures. */
import type { FieldSource, Occurrence } from "../ir/fields.ts";
import { calculate, negate } from "./arithmetic.ts";
import type { CallValue, FieldValue, Value } from "./ast.ts";
import { type Datum, encodeText, occurrenceDatum } from "./datum.ts";
import type { ArgumentValues } from "./functions.ts";
import { layerSelected, sliceBytes } from "./ranges.ts";

/** A list of values, empty if arithmetic dropped them all; undefined when the source is absent from the frame. */
export type Getter = (source: FieldSource) => readonly Datum[] | undefined;

function present(values: readonly Datum[]): readonly Datum[] | undefined {
  return values.length === 0 ? undefined : values;
}

/** Occurrences in the layers that the filter names. */
export function selectLayers(
  occurrences: readonly Occurrence[],
  layers: FieldValue["layers"],
): readonly Occurrence[] {
  if (layers === undefined || occurrences.length === 0) return occurrences;
  const highest = occurrences.reduce((most, { layer }) => Math.max(most, layer), 0);
  return occurrences.filter(({ layer }) => layerSelected(layers, layer, highest));
}

type Reader = (occurrence: Occurrence) => Datum | undefined;

function read(
  occurrences: readonly Occurrence[],
  layers: FieldValue["layers"],
  reader: Reader,
): readonly Datum[] | undefined {
  const values: Datum[] = [];
  for (const occurrence of selectLayers(occurrences, layers)) {
    const value = reader(occurrence);
    if (value !== undefined) values.push(value);
  }
  return present(values);
}

function fieldGetter({ info, layers, raw }: FieldValue, buffer: boolean): Getter {
  const reader: Reader = buffer
    ? (occurrence) => occurrence.buffer ?? occurrenceDatum(occurrence, info, raw)
    : (occurrence) => occurrenceDatum(occurrence, info, raw);
  return (source) => read(source(info.name), layers, reader);
}

function callGetter(node: CallValue): Getter {
  const getters = node.arguments.map((argument) => {
    const info = argument.kind === "field" ? argument.info : undefined;
    return { get: valueGetter(argument), type: argument.type, info };
  });
  return (source) => {
    const given: ArgumentValues[] = [];
    for (const { get, type, info } of getters) {
      const values = get(source);
      // Only max() and min() take several; they skip what is absent.
      if (values !== undefined) given.push({ values, type, info });
    }
    return given.length === 0 ? undefined : node.function.call(given);
  };
}

export function valueGetter(node: Value): Getter {
  switch (node.kind) {
    case "field":
      return fieldGetter(node, false);
    case "reference": {
      const { occurrences, layers, info } = node;
      const values =
        occurrences === undefined
          ? undefined
          : read(occurrences, layers, (one) => occurrenceDatum(one, info, false));
      return () => values;
    }
    case "constant": {
      const values = [node.value];
      return () => values;
    }
    case "slice": {
      const base = valueGetter(node.base);
      const { ranges } = node;
      return (source) =>
        base(source)?.map((value) =>
          sliceBytes(value instanceof Uint8Array ? value : encodeText(""), ranges),
        );
    }
    case "call":
      return callGetter(node);
    case "negate": {
      const operand = valueGetter(node.operand);
      const { type } = node;
      return (source) =>
        operand(source)?.flatMap((value) => {
          const result = negate(value, type);
          return result === undefined ? [] : [result];
        });
    }
    case "arithmetic": {
      const left = valueGetter(node.left);
      const right = valueGetter(node.right);
      const { operator } = node;
      const leftType = node.left.type;
      const rightType = node.right.type;
      return (source) => {
        const leftValues = left(source);
        const rightValues = leftValues && right(source);
        if (leftValues === undefined || rightValues === undefined) return undefined;
        const results: Datum[] = [];
        for (const a of leftValues)
          for (const b of rightValues) {
            const result = calculate(operator, a, b, leftType, rightType);
            if (result !== undefined) results.push(result);
          }
        return results;
      };
    }
    default:
      return node satisfies never;
  }
}

/** As {@link valueGetter}, but a bare protocol gives everything from its first byte to the end of the enclosing data. */
export function searchGetter(node: Value): Getter {
  return node.kind === "field" && node.type === "FT_PROTOCOL" ? fieldGetter(node, true) : valueGetter(node);
}
