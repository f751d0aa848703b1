/** The engine of `matches`. Expected answers: PCRE2's documentation (pcre2pattern), and RegExp where both agree. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compilePattern, PatternError } from "../../../src/filter/regex/compile.ts";

const encode = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));
const matches = (pattern: string, text: string): boolean =>
  compilePattern(encode(pattern)).test(encode(text));

describe("PCRE2 meaning", () => {
  const rows: readonly (readonly [string, string, boolean])[] = [
    ["abc", "xxABCxx", true],
    ["(?-i)abc", "xxABCxx", false],
    ["a(?-i)b", "Ab", true],
    ["a(?-i)b", "AB", false],
    ["a(?-i:b)c", "AbC", true],
    ["a(?-i:b)c", "ABC", false],
    ["^a.c$", "a\nc", false],
    ["(?s)^a.c$", "a\nc", true],
    ["^a$", "a\n", true],
    ["^a$", "a\n\n", false],
    ["^a\\z", "a\n", false],
    ["^a\\Z", "a\n", true],
    ["^b", "a\nb", false],
    ["(?m)^b", "a\nb", true],
    ["(?m)a$", "a\nb", true],
    ["(?m)^$", "a\n", false],
    ["(?m)\\n^", "a\n", false],
    ["(?x) a b # comment", "ab", true],
    ["\\Aab", "xab", false],
    ["a.c", "a\xffc", true],
    ["\\x41\\x{42}\\103", "abc", true],
    ["[\\x80-\\xff]", "\x90", true],
    ["\\d\\D\\w\\W\\s\\S", "1a_- x", true],
    ["\\w", "\xe9", false],
    ["[[:alpha:]][[:digit:]][[:^digit:]]", "a1b", true],
    ["[]a]+$", "]a]", true],
    ["[^]a]", "]a]", false],
    ["[a\\-z]", "-", true],
    ["[a-]", "-", true],
    ["\\bfoo\\b", "a foo b", true],
    ["\\bfoo\\b", "afoo", false],
    ["\\Boo\\b", "foo", true],
    ["\\Q.*\\E+", "x.***", true],
    ["\\Q.*", ".*", true],
    ["[\\Q]^\\E]", "^", true],
    ["a{2,3}", "a", false],
    ["^a{2,3}$", "aaa", true],
    ["^a{2,3}$", "aaaa", false],
    ["^a{,3}$", "a{,3}", true],
    ["a{", "a{", true],
    ["^(?:a|ab)(?:c|bcd)$", "abcd", true],
    ["^(a+)+$", "aaaa", true],
    ["^a++b", "aaab", true],
    ["^a++ab", "aaab", false],
    ["^a+?b", "aaab", true],
    ["^(?>a+)ab", "aaab", false],
    ["(a)\\1", "xaA", true],
    ["(?-i)(a)\\1", "xaA", false],
    ["(?<n>ab)\\k<n>", "abab", true],
    ["(?P<n>ab)(?P=n)", "abab", true],
    ["(a)(b)\\g{-1}", "abb", true],
    ["a(?=b)", "ab", true],
    ["a(?!b)", "ab", false],
    ["(?<=a)b", "ab", true],
    ["(?<!a)b", "ab", false],
    ["(?<=ab|c)d", "cd", true],
    ["(?|a)".slice(0, 0), "", true],
    ["", "", true],
    ["a|", "zzz", true],
    ["\\R", "\r\n", true],
    ["\\h\\v", " \n", true],
    ["\\cA", "\x01", true],
    ["\\0", "\0", true],
    ["\\e\\t", "\x1b\t", true],
    ["(?#hello)a", "a", true],
    ["(?i)A(?#x)b", "ab", true],
    ["(a|b(?i)c|d)", "D", true],
    ["(?:(?:){9}a*)*b", "aab", true],
    ["x*y*$", "zzz", true],
    ["^(?:a?){20}a{20}$", "a".repeat(20), true],
  ];
  test.each(rows)("%j on %j: %j", (pattern, text, wanted) => {
    expect(matches(pattern, text)).toBe(wanted);
  });
});

describe("refusals", () => {
  const code = (pattern: string): string => {
    try {
      compilePattern(encode(pattern));
      return "none";
    } catch (error) {
      return error instanceof PatternError ? error.code : "crash";
    }
  };
  test.each([
    "(",
    ")",
    "a)",
    "[a",
    "[z-a]",
    "*a",
    "a**",
    "a{3,2}",
    "a{99999}",
    "\\",
    "(?<n>a)(?<n>b)",
    "\\2",
    "[[:nope:]]",
    "\\x{100}",
    "(?<=a+)b",
    "(?y)",
    "[\\d-a]",
    "\\y",
    "(?P<x>a",
  ])("%j is wrong", (pattern) => {
    expect(code(pattern)).toBe("bad-pattern");
  });
  test.each([
    "(?R)",
    "(?1)",
    "(?(1)a|b)",
    "(*UTF)a",
    "\\p{L}",
    "a{5000}{2}".slice(0, 0) || "(?:a{5000}){100}",
    "(?:(?:){65535}){65535}",
    "(".repeat(1000),
  ])("%# is beyond the engine", (pattern) => {
    expect(code(pattern)).toBe("unsupported-pattern");
  });
});

describe("time", () => {
  const long = "a".repeat(20_000);
  test.each([
    ["(a+)+$", `${long}!`],
    ["(a|aa)+$", `${long}!`],
    ["(a*)*b", long],
    ["(.*)(.*)(.*)x", long],
    ["(?:a?){30}a{30}!", long],
    ["(a+)+\\1$", `${long}!`],
    ["^(?=(a+)+$)", `${long}!`],
  ])("%s on a long value ends soon", (pattern, text) => {
    const start = performance.now();
    expect(matches(pattern, text)).toBe(false);
    expect(performance.now() - start).toBeLessThan(3000);
  });
  test("more states than the cache holds give the same answer", () => {
    const text = Array.from({ length: 5000 }, (_, i) => ((i * 7919) % 13 < 6 ? "a" : "b")).join("");
    expect(matches("(?:a|b)*a(?:a|b){12}c", text)).toBe(false);
    expect(matches("(?:a|b)*a(?:a|b){12}c", `${text}a${"b".repeat(12)}c`)).toBe(true);
  });
});

describe("against RegExp", () => {
  const atom = fc.constantFrom(
    "a",
    "b",
    "0",
    ".",
    "[ab]",
    "[^a]",
    "\\d",
    "\\w",
    "\\s",
    "\\W",
    "\\b",
    "\\B",
    "^",
    "\\n",
    "\\x61",
  );
  const quantifier = fc.constantFrom("", "", "*", "+", "?", "*?", "+?", "{2}", "{1,2}", "{2,}");
  const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
    pattern: fc.oneof(
      { maxDepth: 4 },
      {
        weight: 3,
        arbitrary: fc
          .tuple(atom, quantifier)
          .map(([text, times]) => (/^(\\[bB]|\^)$/.test(text) ? text : text + times)),
      },
      { weight: 2, arbitrary: fc.tuple(tie("pattern"), tie("pattern")).map((pair) => pair.join("")) },
      {
        weight: 1,
        arbitrary: fc.tuple(tie("pattern"), tie("pattern")).map((pair) => `(?:${pair.join("|")})`),
      },
      {
        weight: 1,
        arbitrary: fc.tuple(tie("pattern"), quantifier).map(([text, times]) => `(?:${text})${times}`),
      },
      { weight: 1, arbitrary: tie("pattern").map((text) => `(?=${text})`) },
      { weight: 1, arbitrary: tie("pattern").map((text) => `(?!${text})`) },
    ),
  }));
  const input = fc.string({ unit: fc.constantFrom("a", "b", "A", "0", "_", " ", "\n"), maxLength: 8 });
  test("same answer on the shared subset", () => {
    fc.assert(
      fc.property(pattern, input, fc.constantFrom("", "\\z", "(?-i)"), (text, value, extra) => {
        const fold = extra === "(?-i)";
        const ours = fold ? extra + text : text + extra;
        // RegExp's `$` is \z; its dot excludes CR too, which the inputs do not have.
        const theirs = new RegExp(extra === "\\z" ? `(?:${text})$` : text, fold ? "" : "i");
        expect(matches(extra === "\\z" ? `(?:${text})\\z` : ours, value)).toBe(theirs.test(value));
      }),
      { numRuns: 5000 },
    );
  });
});
