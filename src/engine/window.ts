/** The state of one frame's dissection, and the place where its next header is looked for. */
import type { Problem } from "../errors.ts";
import type { Layout } from "../ir/nodes.ts";
import type { TreeNode } from "../ir/tree.ts";
import type { MutableLayer } from "./dissection.ts";
import type { Numbering } from "./numbering.ts";
import type { Registry } from "./registry.ts";

/** Where the next header is looked for. */
export interface Window {
  readonly table: string;
  readonly key: number;
  readonly layout: Layout | undefined;
  /** Listed in `frame.protocols` before it. */
  readonly via?: string | undefined;
  readonly start: number;
  /** End of the captured bytes that belong to it. */
  readonly end: number;
  /** End on the wire, behind `end` in a cut frame; Infinity where the bytes are the beginning of something whose end is not told. */
  readonly wireEnd: number;
  /** It stands in a fragment or in a quotation of another packet: how long its payload was is not known. */
  readonly isPart?: boolean;
}

/** A layer whose list of nodes may still grow. */
export interface OpenLayer {
  readonly layer: MutableLayer;
  readonly children: TreeNode[];
}

/** What all steps over one frame share. */
export interface Walk {
  readonly registry: Registry;
  readonly data: Uint8Array;
  readonly numbering: Numbering;
  readonly problems: Problem[];
  /** Layers so far, the outermost first. */
  readonly stack: OpenLayer[];
  /** Names for `frame.protocols`. */
  readonly protocols: string[];
}
