/** Text of a filter to its checked tree. */
import type { Test } from "./ast.ts";
import { checkTest } from "./check.ts";
import type { Context, References } from "./context.ts";
import type { FieldTable } from "./field-table.ts";
import { type FilterLimits, fillLimits } from "./limits.ts";
import type { TimeZone } from "./literals-time.ts";
import { expandMacros } from "./macros.ts";
import { parseFilter } from "./parser.ts";
import { Source } from "./source-error.ts";

export interface FilterTextOptions {
  /** Macro bodies by name; `$1` stands for the first argument. */
  readonly macros?: Readonly<Record<string, string>> | undefined;
  readonly limits?: FilterLimits | undefined;
  /** Values in the selected frame, for `${field}`. */
  readonly references?: References | undefined;
  /** Where dates without a zone are; `local` unless told. */
  readonly timeZone?: TimeZone | undefined;
}

/** A filter without mistakes, ready to be evaluated or turned into code. */
export interface CheckedFilter {
  readonly ast: Test;
  /** Names of the fields that it reads, each once, in order of appearance. */
  readonly fields: readonly string[];
  /** Deprecated spellings that it uses. */
  readonly warnings: readonly string[];
  /** The text, with macros expanded: spans refer to it. */
  readonly source: string;
}

/** Compiles a display filter. Throws FilterError with a code and a place; the empty filter accepts every frame. */
export function compileFilterText(
  text: string,
  table: FieldTable,
  options: FilterTextOptions = {},
): CheckedFilter {
  const limits = fillLimits(options.limits);
  if (text.length > limits.length)
    new Source(text).fail(
      "limit-exceeded",
      undefined,
      `the filter is longer than ${limits.length} characters`,
    );
  const source = new Source(expandMacros(text, options.macros ?? {}, table, limits.length));
  const warnings: string[] = [];
  const syntax = parseFilter(source, limits, warnings);
  const context: Context = {
    source,
    table,
    references: options.references,
    timeZone: options.timeZone ?? "local",
    fields: new Set(),
  };
  const ast = checkTest(context, syntax);
  return { ast, fields: [...context.fields], warnings, source: source.text };
}
