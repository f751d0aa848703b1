/** `--macros FILE`: Wireshark's dfilter_macros file, or JSON. */
import { CliError } from "./errors.ts";
import { readText } from "./setup.ts";

const NAME = /^[A-Za-z_][\w-]*$/;

/** Such files write a quote inside a value as `\x22`. */
function unescapeMacro(text: string): string {
  return text.replaceAll(
    /\\x([0-9a-fA-F]{2})|\\(.)/g,
    (_, hex: string | undefined, letter: string | undefined) =>
      hex === undefined ? (letter ?? "") : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** One line of `"name","body"`. `fail` is given a column, from 0, and what was expected there. */
function readLine(line: string, fail: (column: number, expected: string) => never): [string, string] {
  let at = 0;
  const blanks = (): void => {
    while (line[at] === " " || line[at] === "\t") at++;
  };
  const quoted = (what: string): string => {
    blanks();
    if (line[at] !== '"') fail(at, `${what} in quotes was expected`);
    const begin = at;
    for (at++; line[at] !== '"'; at += line[at] === "\\" ? 2 : 1)
      if (at >= line.length) fail(begin, "this quote is not closed");
    at++;
    return unescapeMacro(line.slice(begin + 1, at - 1));
  };
  const name = quoted("a macro's name");
  if (!NAME.test(name)) fail(at - name.length - 1, `"${name}" is no name for a macro`);
  blanks();
  if (line[at] !== ",") fail(at, "a comma was expected");
  at++;
  const body = quoted("a macro's text");
  blanks();
  if (at < line.length) fail(at, "nothing more was expected on this line");
  return [name, body];
}

function jsonMacros(text: string, path: string): Readonly<Record<string, string>> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new CliError(`${path}: ${cause instanceof Error ? cause.message : cause}`);
  }
  const entries = Object.entries(json ?? {});
  for (const [name, body] of entries) {
    if (!NAME.test(name)) throw new CliError(`${path}: "${name}" is no name for a macro`);
    if (typeof body !== "string") throw new CliError(`${path}: the text of "${name}" must be a string`);
  }
  return Object.fromEntries(entries);
}

/** `"name","body"` a line, `#` before a comment; or JSON, `{ "name": "body" }`. Throws CliError with line and column. */
export async function readMacros(path: string): Promise<Readonly<Record<string, string>>> {
  const text = (await readText(path)).replace(/^\ufeff/, "");
  if (text.trimStart().startsWith("{")) return jsonMacros(text, path);
  const macros = new Map<string, string>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(?:#|$)/.test(line)) continue;
    const fail = (column: number, expected: string): never => {
      throw new CliError(`${path}:${index + 1}:${column + 1}: ${expected}`);
    };
    const [name, body] = readLine(line, fail);
    if (macros.has(name)) fail(0, `the macro "${name}" stands here a second time`);
    macros.set(name, body);
  }
  return Object.fromEntries(macros);
}
