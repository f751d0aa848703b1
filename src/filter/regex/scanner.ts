/** Reading position in a pattern, and the escapes that stand for one byte. The pattern's bytes are Latin-1 characters. */
import { bad, unsupported } from "./nodes.ts";

export class PatternScanner {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  peek(offset = 0): string {
    return this.text[this.at + offset] ?? "";
  }

  /** Takes `text` if it comes next. */
  take(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  next(): string {
    return this.text[this.at++] ?? "";
  }

  /** Takes what the sticky expression matches here. */
  match(form: RegExp): RegExpExecArray | undefined {
    form.lastIndex = this.at;
    const match = form.exec(this.text);
    if (match === null) return undefined;
    this.at += match[0].length;
    return match;
  }
}

const simple: Readonly<Record<string, number>> = { a: 7, e: 27, f: 12, n: 10, r: 13, t: 9 };

/** Byte of the escape whose letter (behind the backslash) comes next; undefined if it stands for something else. */
export function byteEscape(scanner: PatternScanner): number | undefined {
  const start = scanner.at;
  const letter = scanner.peek();
  const direct = simple[letter];
  if (direct !== undefined) {
    scanner.at++;
    return direct;
  }
  if (letter === "x") {
    scanner.at++;
    const braced = scanner.match(/\{([0-9a-fA-F]+)\}/y);
    const digits = braced?.[1] ?? scanner.match(/[0-9a-fA-F]{0,2}/y)?.[0] ?? "";
    return byteValue(Number.parseInt(digits === "" ? "0" : digits, 16), start);
  }
  if (letter === "o") {
    scanner.at++;
    const digits = scanner.match(/\{([0-7]+)\}/y)?.[1];
    if (digits === undefined) throw bad("missing digits in \\o{}", start);
    return byteValue(Number.parseInt(digits, 8), start);
  }
  if (letter === "0") return byteValue(Number.parseInt(scanner.match(/0[0-7]{0,2}/y)?.[0] ?? "0", 8), start);
  if (letter === "c") {
    scanner.at++;
    const code = scanner.next().charCodeAt(0);
    if (!(code >= 32 && code < 127)) throw bad("\\c must be followed by a printable ASCII character", start);
    return String.fromCharCode(code).toUpperCase().charCodeAt(0) ^ 0x40;
  }
  if (letter === "") throw bad("\\ at the end of the pattern", start);
  if (/[A-Za-z0-9]/.test(letter)) return undefined;
  scanner.at++;
  return letter.charCodeAt(0);
}

function byteValue(value: number, offset: number): number {
  if (value > 255) throw bad("a character is larger than a byte", offset);
  return value;
}

/** Refuses an escape that nothing knows. */
export function unknownEscape(letter: string, offset: number): never {
  if ("pPXLlUuN".includes(letter)) throw unsupported(`\\${letter} escapes`);
  throw bad(`unrecognized character follows \\: ${letter}`, offset);
}
