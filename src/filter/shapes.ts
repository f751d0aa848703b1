/** Shapes of unquoted text: words, addresses, bytes. The longest one that begins at a place is taken. */

const octet = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
const ipv4 = `${octet}(?:\\.${octet}){3}`;
const group = "[0-9A-Fa-f]{1,4}";
const tail = `(?:${ipv4}|${group}:${group})`;
const pair = "[0-9A-Fa-f]{2}";

/** All forms of RFC 4291 section 2.2; a dotted tail counts for two groups. */
const ipv6: readonly string[] = [
  `(?:${group}:){6}${tail}`,
  `(?:${group}:){7}${group}`,
  `(?:(?:${group}:){0,6}${group})?::`,
];
for (let after = 1; after <= 7; after++) {
  const before = 7 - after;
  const head = before === 0 ? "" : `(?:(?:${group}:){0,${before - 1}}${group})?`;
  (ipv6 as string[]).push(`${head}::(?:${group}:){${after - 1}}${group}`);
  if (after >= 2) (ipv6 as string[]).push(`${head}::(?:${group}:){${after - 2}}${ipv4}`);
}
const bytes: readonly string[] = [
  `${pair}(?::${pair})+`,
  `${pair}(?:\\.${pair})+`,
  `${pair}(?:-${pair})+`,
  "[0-9A-Fa-f]{4}\\.[0-9A-Fa-f]{4}\\.[0-9A-Fa-f]{4}",
];

const sticky = (source: string): RegExp => new RegExp(source, "y");
const word: RegExp = sticky("[A-Za-z0-9_][A-Za-z0-9_-]*(?:\\.[A-Za-z0-9_-]+)*");
const dotted: RegExp = sticky("\\.[A-Za-z0-9_][A-Za-z0-9_-]*(?:\\.[A-Za-z0-9_-]+)*");
const addresses: readonly RegExp[] = [
  sticky(`${ipv4}(?:/[0-9]{1,2})?`),
  ...ipv6.map((form) => sticky(`${form}(?:/[0-9]{1,3})?`)),
  ...bytes.map(sticky),
];
const forced: readonly RegExp[] = [sticky(":[0-9A-Fa-f]+"), ...bytes.map((form) => sticky(`:${form}`))];

/** What every address and every run of bytes begins with: most words are told apart here. */
const opening: RegExp = sticky("[0-9A-Fa-f]{0,4}[:.-]");

function longest(forms: readonly RegExp[], text: string, at: number): number {
  let best = 0;
  for (const form of forms) {
    form.lastIndex = at;
    const match = form.exec(text);
    if (match !== null && match[0].length > best) best = match[0].length;
  }
  return best;
}

export interface Shape {
  readonly kind: "word" | "literal" | "name";
  readonly length: number;
}

/** The longest shape that begins at `at`. */
export function shapeAt(text: string, at: number): Shape | undefined {
  const words = longest([word], text, at);
  const address = longest([opening], text, at) > 0 ? longest(addresses, text, at) : 0;
  const literal = text.charAt(at) === ":" ? longest(forced, text, at) : 0;
  if (literal > Math.max(words, address)) return { kind: "literal", length: literal };
  const plain = Math.max(words, address);
  if (plain > 0) return { kind: "word", length: plain };
  const name = longest([dotted], text, at);
  return name > 0 ? { kind: "name", length: name } : undefined;
}
