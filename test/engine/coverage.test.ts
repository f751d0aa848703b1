/** Every byte of every captured frame belongs to exactly one leaf of its tree. */
import { describe, expect, it } from "vitest";
import { openCapture } from "../../src/capture/open.ts";
import { createEngine } from "../../src/default-engine.ts";
import type { Frame } from "../../src/ir/frame.ts";
import type { TreeNode } from "../../src/ir/tree.ts";
import { captureFiles } from "../shared.ts";

const engine = createEngine();

/** Ranges of the nodes that have no children with bytes of their own. */
function* leaves(node: TreeNode): Generator<readonly [number, number]> {
  const inner = node.children.filter((child) => child.bitLength > 0);
  if (inner.length > 0) for (const child of inner) yield* leaves(child);
  else if (node.bitLength > 0) yield [node.bitOffset, node.bitOffset + node.bitLength];
}

/** The first hole or overlap, or undefined. */
function flaw(frame: Frame): string | undefined {
  const ranges = engine
    .dissect(frame)
    .layers.flatMap((layer) => layer.children.flatMap((node) => [...leaves(node)]))
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let at = 0;
  for (const [start, end] of ranges) {
    if (start !== at) return `frame ${frame.number}: bit ${at} is followed by ${start}`;
    at = end;
  }
  return at === frame.data.length * 8
    ? undefined
    : `frame ${frame.number}: ends at bit ${at} of ${frame.data.length * 8}`;
}

const files = captureFiles();

describe.skipIf(files.length === 0)("coverage of every byte", () => {
  it.each(files)("%s", async (file) => {
    const reader = await openCapture(file);
    for await (const frame of reader) expect(flaw(frame)).toBeUndefined();
  });
});
