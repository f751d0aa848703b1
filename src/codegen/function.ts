/** Program text to a function. */
import { SchemaError } from "../errors.ts";
import { type Code, Name } from "./code.ts";

/** `"never"` forbids generated code where the environment would allow it. */
export type Generation = "auto" | "never";

let allowed: boolean | undefined;

/**
 * Whether code may be generated here. A content security policy without `unsafe-eval` and Node's
 * `--disallow-code-generation-from-strings` forbid it; that cannot change later, so it is tried once.
 */
export function canGenerate(setting: Generation = "auto"): boolean {
  if (setting === "never") return false;
  allowed ??= probe();
  return allowed;
}

function probe(): boolean {
  try {
    return new Function("return true")() === true;
  } catch {
    return false;
  }
}

export interface FunctionSource {
  /** Shown in stack traces and profiles as `subflow:///label`. */
  readonly label: string;
  readonly parameters: readonly string[];
  /** Statements of the function. */
  readonly body: Code;
  /** Statements run once, before the function is made: constants and scratch buffers. */
  readonly setup?: Code;
  /** Values that the code may name. */
  readonly bindings?: Readonly<Record<string, unknown>>;
  readonly generation?: Generation;
}

export interface GeneratedFunction<F> {
  readonly run: F;
  /** The text, for golden files and debugging. */
  readonly source: string;
}

/**
 * Makes a function. The caller answers for `F`: the text was written to fit it.
 *
 * @throws SchemaError `unsafe-name` if a parameter or a binding is no identifier, or if code generation is forbidden.
 */
export function compileFunction<F extends (...values: never[]) => unknown>(
  from: FunctionSource,
): GeneratedFunction<F> {
  if (!canGenerate(from.generation))
    throw new SchemaError("unsafe-name", "", "code generation is forbidden here; use the interpreter");
  const parameters = from.parameters.map((name) => new Name(name).text);
  const bindings = Object.entries(from.bindings ?? {});
  const names = bindings.map(([name]) => new Name(name).text);
  const source = [
    '"use strict";',
    ...(from.setup === undefined ? [] : [from.setup.text]),
    `return function (${parameters.join(", ")}) {`,
    from.body.text,
    "};",
    `//# sourceURL=subflow:///${sourceName(from.label)}`,
  ].join("\n");
  const make = new Function(...names, source);
  // Checked above as far as text can be: the outer function returns the inner one.
  return { run: make(...bindings.map(([, value]) => value)) as F, source };
}

/** Makes a function anew from the text that {@link compileFunction} gave, for the bindings that it was given. */
export function reviveFunction<F extends (...values: never[]) => unknown>(
  source: string,
  bindings: Readonly<Record<string, unknown>>,
): F {
  const names = Object.keys(bindings).map((name) => new Name(name).text);
  // As in compileFunction, whose text this is.
  return new Function(...names, source)(...Object.values(bindings)) as F;
}

/** A label cannot end the comment that it stands in. */
function sourceName(label: string): string {
  return label.slice(0, 200).replace(/[^\w./-]/g, "_");
}
