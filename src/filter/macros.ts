/** Macros: `${name}` and `${name:argument;argument}` are replaced before anything else looks at the text. */
import { type FieldTable, isReferable } from "./field-table.ts";
import { Source } from "./source-error.ts";

/** As deep as Wireshark goes. */
const maximumDepth = 31;
/** Bodies that call each other twice would double the work with every level. */
const maximumExpansions = 10_000;

interface Call {
  readonly name: string;
  readonly arguments: readonly string[];
  readonly end: number;
}

/** Text with all macro calls replaced, also inside strings; `${field}` stays. */
export function expandMacros(
  text: string,
  macros: Readonly<Record<string, string>>,
  table: FieldTable,
  maximumLength: number,
): string {
  let expansions = 0;
  const expand = (source: Source, depth: number): string => {
    let result = "";
    let at = 0;
    for (;;) {
      const open = source.text.indexOf("${", at);
      if (open < 0) return result + source.text.slice(at);
      result += source.text.slice(at, open);
      // A `#` ends the name of a reference: ${tcp.port#1}.
      const name = /[^}#]*/y;
      name.lastIndex = open + 2;
      const reference = name.exec(source.text)?.[0] ?? "";
      const info = table.get(reference);
      if (info !== undefined && isReferable(info)) {
        at = open + 2 + reference.length;
        result += source.text.slice(open, at);
        continue;
      }
      const call = readCall(source, open);
      const span = { start: open, end: call.end };
      const body = Object.hasOwn(macros, call.name) ? macros[call.name] : undefined;
      if (body === undefined)
        return source.fail("unknown-macro", span, `macro "${call.name}" does not exist`);
      const wanted = Math.max(0, ...[...body.matchAll(/\$(\d+)/g)].map((match) => Number(match[1])));
      if (wanted !== call.arguments.length)
        source.fail(
          "bad-macro",
          span,
          `macro "${call.name}" takes ${wanted} arguments, not ${call.arguments.length}`,
        );
      if (depth >= maximumDepth || ++expansions > maximumExpansions)
        source.fail("limit-exceeded", span, "macros call each other too often");
      const filled = body.replace(/\$(\d+)/g, (_, index: string) => call.arguments[Number(index) - 1] ?? "");
      if (filled.length > maximumLength)
        source.fail("limit-exceeded", span, `the expanded filter is longer than ${maximumLength} characters`);
      result += expand(new Source(filled), depth + 1);
      if (result.length > maximumLength)
        source.fail("limit-exceeded", span, `the expanded filter is longer than ${maximumLength} characters`);
      at = call.end;
    }
  };
  return expand(new Source(text), 0);
}

function readCall(source: Source, open: number): Call {
  const text = source.text;
  const namePattern = /[A-Za-z0-9_.-]*/y;
  namePattern.lastIndex = open + 2;
  const name = namePattern.exec(text)?.[0] ?? "";
  let at = open + 2 + name.length;
  const cut = (): never =>
    source.fail("bad-macro", { start: open, end: text.length }, "the filter ends in the middle of a macro");
  if (at >= text.length) return cut();
  const values: string[] = [];
  if (text[at] === ":" || text[at] === ";") {
    let value = "";
    for (at++; text[at] !== "}"; at++) {
      if (at >= text.length) return cut();
      if (text[at] === ";") {
        values.push(value);
        value = "";
      } else {
        if (text[at] === "\\") at++;
        value += text[at] ?? "";
      }
    }
    values.push(value);
  }
  if (text[at] !== "}")
    return source.fail(
      "bad-macro",
      { start: at, end: at + 1 },
      `invalid character "${text[at]}" in a macro's name`,
    );
  return { name, arguments: values, end: at + 1 };
}
