/** PCRE2 patterns (byte mode) to a tree. Case-insensitive unless `(?-i)` says otherwise. */
import { anyByte, escapeSet, foldCase, notNewline, single, verticalSpace } from "./byte-sets.ts";
import { bad, type RegexNode, unsupported } from "./nodes.ts";
import { parseClass } from "./parse-class.ts";
import { byteEscape, PatternScanner, unknownEscape } from "./scanner.ts";

interface Flags {
  readonly fold: boolean; // i
  readonly multiline: boolean; // m
  readonly dotAll: boolean; // s
  readonly extended: boolean; // x
  readonly noCapture: boolean; // n
}

const empty: RegexNode = { kind: "sequence", parts: [] };
/** The largest count in braces, as in PCRE2. */
const maximumCount = 65535;
const maximumNesting = 250;

export interface ParsedPattern {
  readonly node: RegexNode;
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
}

class PatternParser {
  readonly #scanner: PatternScanner;
  readonly #names = new Map<string, number>();
  #groups = 0;
  #depth = 0;

  constructor(text: string) {
    this.#scanner = new PatternScanner(text);
  }

  parse(): ParsedPattern {
    if (this.#scanner.peek() === "(" && this.#scanner.peek(1) === "*") throw unsupported("verbs (*…)");
    const flags = { fold: true, multiline: false, dotAll: false, extended: false, noCapture: false };
    const node = this.#alternatives(flags);
    if (!this.#scanner.done) throw bad("unmatched closing parenthesis", this.#scanner.at);
    return { node, groups: this.#groups, names: this.#names };
  }

  #alternatives(given: Flags): RegexNode {
    if (++this.#depth > maximumNesting) throw unsupported("deeply nested groups");
    let flags = given;
    const branches: RegexNode[] = [];
    let parts: RegexNode[] = [];
    const scanner = this.#scanner;
    while (!scanner.done && scanner.peek() !== ")") {
      if (scanner.take("|")) {
        branches.push({ kind: "sequence", parts });
        parts = [];
        continue;
      }
      if (flags.extended && scanner.match(/(?:[ \t\n\v\f\r]+|#[^\n]*\n?)+/y) !== undefined) continue;
      if (scanner.match(/\(\?#[^)]*/y) !== undefined) {
        if (!scanner.take(")")) throw bad("missing ) after (?# comment", scanner.at);
        continue;
      }
      // `(?i)` holds to the end of its group, across branches too.
      const setting = scanner.match(/\(\?(\^?[imsxnJ]*)(?:-([imsxn]*))?\)/y);
      if (setting !== undefined) {
        flags = this.#setFlags(flags, setting[1] ?? "", setting[2] ?? "");
        continue;
      }
      if (scanner.take("\\Q")) {
        parts.push(...this.#quoted(flags));
        continue;
      }
      if (scanner.take("\\E")) continue;
      const atom = this.#atom(flags);
      parts.push(this.#repeated(atom, flags));
    }
    this.#depth--;
    const last: RegexNode = { kind: "sequence", parts };
    return branches.length === 0 ? last : { kind: "either", branches: [...branches, last] };
  }

  #setFlags(flags: Flags, on: string, off: string): Flags {
    const base = on.startsWith("^")
      ? { fold: false, multiline: false, dotAll: false, extended: false, noCapture: false }
      : flags;
    const pick = (letter: string, now: boolean): boolean =>
      !off.includes(letter) && (on.includes(letter) || now);
    return {
      fold: pick("i", base.fold),
      multiline: pick("m", base.multiline),
      dotAll: pick("s", base.dotAll),
      extended: pick("x", base.extended),
      noCapture: pick("n", base.noCapture),
    };
  }

  /** `\Q...\E`: a quantifier behind it belongs to the last character. */
  #quoted(flags: Flags): RegexNode[] {
    const scanner = this.#scanner;
    const nodes: RegexNode[] = [];
    while (!scanner.done && !scanner.take("\\E")) nodes.push(this.#byte(scanner.next().charCodeAt(0), flags));
    const last = nodes.pop();
    if (last !== undefined) nodes.push(this.#repeated(last, flags));
    return nodes;
  }

  #byte(byte: number, flags: Flags): RegexNode {
    const set = single(byte);
    return { kind: "set", set: flags.fold ? foldCase(set) : set };
  }

  #repeated(atom: RegexNode, flags: Flags): RegexNode {
    const scanner = this.#scanner;
    let node = atom;
    for (;;) {
      if (flags.extended) scanner.match(/(?:[ \t\n\v\f\r]+|#[^\n]*\n?)+/y);
      const start = scanner.at;
      const match = scanner.match(/[*+?]|\{(\d+)(?:(,)(\d*))?\}/y);
      if (match === undefined) return node;
      const [text, low, comma, high] = match;
      let minimum = text === "+" ? 1 : 0;
      let maximum = text === "?" ? 1 : Number.POSITIVE_INFINITY;
      if (low !== undefined) {
        minimum = Number(low);
        if (comma === undefined) maximum = minimum;
        else if (high !== undefined && high !== "") maximum = Number(high);
        if (minimum > maximumCount || (Number.isFinite(maximum) && maximum > maximumCount))
          throw bad("number too big in {} quantifier", start);
        if (maximum < minimum) throw bad("numbers out of order in {} quantifier", start);
      }
      const lazy = scanner.take("?");
      const possessive = !lazy && scanner.take("+");
      const repeat: RegexNode = { kind: "repeat", node, minimum, maximum, lazy };
      // An assertion may be repeated, which says nothing more than once or not at all.
      node = possessive ? { kind: "atomic", node: repeat } : repeat;
      // As in PCRE2, one quantifier may not follow another directly.
      if (scanner.match(/[*+?]/y) !== undefined)
        throw bad("quantifier does not follow a repeatable item", scanner.at - 1);
    }
  }

  #atom(flags: Flags): RegexNode {
    const scanner = this.#scanner;
    const start = scanner.at;
    const char = scanner.next();
    switch (char) {
      case "(":
        return this.#group(flags, start);
      case "[":
        return { kind: "set", set: parseClass(scanner, flags.fold) };
      case ".":
        return { kind: "set", set: flags.dotAll ? anyByte : notNewline };
      case "^":
        return { kind: "assertion", assertion: flags.multiline ? "line-start" : "start" };
      case "$":
        return { kind: "assertion", assertion: flags.multiline ? "line-end" : "end-or-newline" };
      case "\\":
        return this.#escape(flags, start);
      case "*":
      case "+":
      case "?":
        throw bad("quantifier does not follow a repeatable item", start);
      case "{": {
        scanner.at = start;
        if (scanner.match(/\{\d+(?:,\d*)?\}/y) !== undefined)
          throw bad("quantifier does not follow a repeatable item", start);
        scanner.at = start + 1;
        return this.#byte(0x7b, flags);
      }
      default:
        return this.#byte(char.charCodeAt(0), flags);
    }
  }

  #escape(flags: Flags, start: number): RegexNode {
    const scanner = this.#scanner;
    const letter = scanner.peek();
    const assertions = { A: "start", G: "start", z: "end", Z: "end-or-newline", b: "word-boundary" } as const;
    if (
      letter === "A" ||
      letter === "G" ||
      letter === "z" ||
      letter === "Z" ||
      letter === "b" ||
      letter === "B"
    ) {
      scanner.at++;
      return { kind: "assertion", assertion: letter === "B" ? "not-word-boundary" : assertions[letter] };
    }
    const set = escapeSet(letter);
    if (set !== undefined) {
      scanner.at++;
      return { kind: "set", set };
    }
    if (letter === "N" && scanner.peek(1) !== "{") {
      scanner.at++;
      return { kind: "set", set: notNewline };
    }
    if (letter === "C") {
      scanner.at++;
      return { kind: "set", set: anyByte };
    }
    if (letter === "R") {
      scanner.at++;
      const pair: RegexNode = {
        kind: "sequence",
        parts: [13, 10].map((byte) => ({ kind: "set", set: single(byte) })),
      };
      return {
        kind: "atomic",
        node: { kind: "either", branches: [pair, { kind: "set", set: verticalSpace }] },
      };
    }
    // \K only moves the start of the reported match; nothing is reported here.
    if (letter === "K") {
      scanner.at++;
      return empty;
    }
    const reference = this.#backReference(flags);
    if (reference !== undefined) return reference;
    const byte = byteEscape(scanner);
    return byte === undefined ? unknownEscape(letter, start) : this.#byte(byte, flags);
  }

  #backReference({ fold }: Flags): RegexNode | undefined {
    const scanner = this.#scanner;
    const start = scanner.at;
    const named = scanner.match(/k(?:\{(\w+)\}|<(\w+)>|'(\w+)')|g\{([A-Za-z_]\w*)\}/y);
    if (named !== undefined)
      return { kind: "back-reference", group: named[1] ?? named[2] ?? named[3] ?? named[4] ?? "", fold };
    const numbered = scanner.match(/g(?:\{([+-]?\d+)\}|([+-]?\d+))/y);
    if (numbered !== undefined) {
      const text = numbered[1] ?? numbered[2] ?? "";
      const number = Number(text);
      const group = /^[+-]/.test(text) ? this.#groups + (number < 0 ? number + 1 : number) : number;
      if (group <= 0) throw bad("reference to a group that does not exist", start);
      return { kind: "back-reference", group, fold };
    }
    if (scanner.peek() === "g" || scanner.peek() === "k") throw unsupported("calls of groups");
    const digits = scanner.match(/[1-9]\d*/y)?.[0];
    if (digits === undefined) return undefined;
    // Two digits and more are octal unless so many groups came before.
    if (digits.length === 1 || Number(digits) <= this.#groups)
      return { kind: "back-reference", group: Number(digits), fold };
    scanner.at = start;
    const octal = scanner.match(/[0-7]{1,3}/y)?.[0];
    if (octal === undefined) throw bad("reference to a group that does not exist", start);
    const value = Number.parseInt(octal, 8);
    if (value > 255) throw bad("a character is larger than a byte", start);
    const set = single(value);
    return { kind: "set", set: fold ? foldCase(set) : set };
  }

  #group(flags: Flags, start: number): RegexNode {
    const scanner = this.#scanner;
    const close = (node: RegexNode): RegexNode => {
      if (!scanner.take(")")) throw bad("missing closing parenthesis", scanner.at);
      return node;
    };
    if (scanner.peek() === "*") throw unsupported("verbs (*…)");
    if (!scanner.take("?")) {
      if (flags.noCapture) return close(this.#alternatives(flags));
      const index = ++this.#groups;
      return close({ kind: "capture", index, node: this.#alternatives(flags) });
    }
    if (scanner.take(":")) return close(this.#alternatives(flags));
    if (scanner.take(">")) return close({ kind: "atomic", node: this.#alternatives(flags) });
    const look = scanner.match(/(<?)([=!])/y);
    if (look !== undefined)
      return close({
        kind: "look",
        behind: look[1] === "<",
        negative: look[2] === "!",
        node: this.#alternatives(flags),
      });
    const named = scanner.match(/P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)'/y);
    if (named !== undefined) {
      const name = named[1] ?? named[2] ?? "";
      if (this.#names.has(name)) throw bad("two named groups have the same name", start);
      const index = ++this.#groups;
      this.#names.set(name, index);
      return close({ kind: "capture", index, node: this.#alternatives(flags) });
    }
    const reference = scanner.match(/P=([A-Za-z_]\w*)/y);
    if (reference !== undefined)
      return close({ kind: "back-reference", group: reference[1] ?? "", fold: flags.fold });
    const setting = scanner.match(/(\^?[imsxnJ]*)(?:-([imsxn]*))?:/y);
    if (setting !== undefined)
      return close(this.#alternatives(this.#setFlags(flags, setting[1] ?? "", setting[2] ?? "")));
    if (scanner.match(/[|(R&0-9+P]|-\d/y) !== undefined)
      throw unsupported("recursion, conditions and branch resets");
    throw bad("unrecognized character after (?", scanner.at);
  }
}

/** Parses a pattern given as bytes. Throws PatternError. */
export function parsePattern(bytes: Uint8Array): ParsedPattern {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return new PatternParser(text).parse();
}
