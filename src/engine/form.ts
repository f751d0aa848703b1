/** Reading one option or header: which form it has, its nodes, and what is wrong with it. */
import { type ReadInput, type ReadRegion, type ReadResult, readFields } from "../backends/interpret.ts";
import { readPlain } from "../backends/read-fast.ts";
import { selectVariant } from "../backends/select.ts";
import type { Problem, ProblemCode, Severity } from "../errors.ts";
import type { Layout, Variant } from "../ir/nodes.ts";
import type { FieldNode } from "../ir/tree.ts";
import type { Registry } from "./registry.ts";

export interface FormOptions {
  readonly version?: number | undefined;
  readonly layerNumber?: (() => number) | undefined;
  readonly region?: ReadRegion | undefined;
}

export interface Form {
  /** The schema whose fields were read: an envelope's where no form of the wanted one fits. */
  readonly layout: Layout;
  readonly variant: Variant | undefined;
  readonly nodes: readonly FieldNode[];
  /** First byte behind what was read. */
  readonly end: number;
  /** A form of the wanted schema fits the bytes exactly. */
  readonly ok: boolean;
  readonly problems: readonly Problem[];
}

export function makeProblem(
  code: ProblemCode,
  severity: Severity,
  layer: string,
  start: number,
  message: string,
  sizes: { needed?: number; available?: number } = {},
): Problem {
  return { code, severity, layer, bitOffset: start * 8, message, ...sizes };
}

const FIRST = (): number => 1;

function read(
  layout: Layout,
  variant: Variant,
  data: Uint8Array,
  start: number,
  end: number,
  options: FormOptions,
): ReadResult {
  const input: ReadInput = {
    data,
    start,
    end,
    layer: layout.id,
    layerNumber: options.layerNumber ?? FIRST,
    region: options.region,
    headerLength: layout.role === "header" ? layout.headerLength : undefined,
  };
  return readPlain(variant.fields, input) ?? readFields(variant.fields, input);
}

function hasError(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === "error");
}

/** Reads the whole option in `start`..`end`. What no form fits is read as its envelope's opaque form, so that nothing is lost. */
export function readOption(
  registry: Registry,
  layout: Layout,
  data: Uint8Array,
  start: number,
  end: number,
  options: FormOptions = {},
): Form {
  const size = end - start;
  const variant = selectVariant(layout, data, start, end, size, options.version);
  let problems: Problem[] = [];
  if (variant === undefined) {
    const lengthFits = layout.variants.some(
      (v) => v.lengths.length === 0 || v.lengths.some(([low, high]) => low <= size && size <= high),
    );
    problems.push(
      lengthFits
        ? makeProblem(
            "unknown-variant",
            "warn",
            layout.id,
            start,
            `no form of ${layout.title} has these bits`,
          )
        : makeProblem(
            "illegal-length",
            "warn",
            layout.id,
            start,
            `${layout.title} is never ${size} bytes long`,
            { available: size },
          ),
    );
  } else {
    const result = read(layout, variant, data, start, end, options);
    problems = [...result.problems];
    if (variant.illegal !== undefined) {
      problems.push(
        makeProblem("illegal-length", "warn", layout.id, start, variant.illegal, { available: size }),
      );
    }
    if (result.complete && result.end === end && !hasError(result.problems)) {
      return { layout, variant, nodes: result.nodes, end, ok: true, problems };
    }
    if (!hasError(problems)) {
      problems.push(
        makeProblem(
          "illegal-length",
          "warn",
          layout.id,
          start,
          `${layout.title} of ${size} bytes disagrees with its flags`,
          { available: size },
        ),
      );
    }
  }
  const outer = registry.layouts.get(layout.within ?? "");
  if (outer === undefined) return { layout, variant: undefined, nodes: [], end: start, ok: false, problems };
  const opaque = readOption(registry, outer, data, start, end, options);
  return { ...opaque, ok: false, problems };
}

/** Reads a header that begins at `start`; `end` is where the bytes end. */
export function readHeader(
  layout: Layout,
  data: Uint8Array,
  start: number,
  end: number,
  options: FormOptions = {},
): Form {
  const variant = selectVariant(layout, data, start, end, undefined, options.version);
  if (variant === undefined) {
    const [first] = layout.variants;
    const cut = first === undefined ? undefined : read(layout, first, data, start, end, options);
    const problem =
      cut?.complete === false
        ? cut.problems.at(-1)
        : makeProblem(
            "unknown-variant",
            "error",
            layout.id,
            start,
            `no form of ${layout.title} has these bits`,
          );
    return {
      layout,
      variant: undefined,
      nodes: [],
      end: start,
      ok: false,
      problems: problem === undefined ? [] : [problem],
    };
  }
  const result = read(layout, variant, data, start, end, options);
  const problems = [...result.problems];
  if (variant.illegal !== undefined)
    problems.push(makeProblem("illegal-length", "warn", layout.id, start, variant.illegal));
  return {
    layout,
    variant,
    nodes: result.nodes,
    end: result.end,
    ok: result.complete && !hasError(problems),
    problems,
  };
}

/** A form that may not occur beside these bits of the header (in a segment with these TCP flags). */
export function contextProblem(
  layout: Layout,
  variant: Variant | undefined,
  bits: number,
  start: number,
): Problem | undefined {
  if (variant === undefined || variant.contexts.length === 0) return undefined;
  if (variant.contexts.some((context) => (bits & context.mask) >>> 0 === context.value)) return undefined;
  return makeProblem(
    "wrong-context",
    "warn",
    layout.id,
    start,
    `${layout.title}${variant.name === "" ? "" : ` (${variant.name})`} does not belong beside these flags of the header`,
  );
}
