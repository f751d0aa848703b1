/** The trees of one reading, for whoever looks at one frame at a time: frames of one shape share one, as far as they are plain. */

import type { Frame } from "../ir/frame.ts";
import { FrameDissection, type MutableLayer } from "./dissection.ts";
import type { Registry } from "./registry.ts";
import type { Rows } from "./rows.ts";
import { type Crossing, ShapeFinder } from "./shape.ts";
import { SharedTree } from "./shared-tree.ts";
import type { ColumnPlace, TreeColumns } from "./tree-columns.ts";

/** More are not kept: what comes then begins anew. */
const MAX_TREES = 400;
const MAX_CROSSINGS = 40_000;

interface Kept {
  readonly tree: SharedTree;
  /** Where columns are taken from it. */
  readonly places: readonly ColumnPlace[];
}

/** `once`: it has been seen, and a tree will be kept when it is seen again. `odd`: its trees are not shared. */
type Known = Kept | "once" | "odd";

/** What {@link SharedTrees} needs of those whose trees they are. */
export interface TreeMaker {
  readonly rows: Rows;
  readonly inTree: TreeColumns;
  /** A tree of its own for the frame, without what trackers find. */
  dissect(frame: Frame): FrameDissection;
  /** Lets trackers run that look at trees. */
  runLate(): void;
  /** Puts what trackers found into the tree. */
  place(dissection: FrameDissection): readonly SharedTree["generated"][number][];
}

export class SharedTrees {
  readonly #registry: Registry;
  readonly #maker: TreeMaker;
  readonly #finder: ShapeFinder<Known>;
  #count = 0;
  #revision = -1;

  constructor(registry: Registry, maker: TreeMaker) {
    this.#registry = registry;
    this.#maker = maker;
    this.#finder = new ShapeFinder(registry);
  }

  #find(frame: Frame): Crossing<Known> | undefined {
    const { revision } = this.#registry;
    if (this.#count > MAX_TREES || this.#finder.made.count > MAX_CROSSINGS || revision !== this.#revision) {
      this.#finder.forget();
      this.#count = 0;
      this.#revision = revision;
    }
    return this.#finder.find(frame);
  }

  #keep(
    at: Crossing<Known>,
    dissection: FrameDissection,
    generated: SharedTree["generated"],
  ): Kept | undefined {
    if (at.shape === undefined || dissection.problems.length > 0) {
      at.shape = dissection.problems.length > 0 ? "odd" : "once";
      return undefined;
    }
    // Layers of a frame's own dissection are made by the engine.
    const tree = new SharedTree(dissection.layers as readonly MutableLayer[], generated);
    const kept = { tree, places: this.#maker.inTree.places(dissection) };
    at.shape = kept;
    this.#count++;
    return kept;
  }

  /** The frame with what the trackers found in it, once the early ones have run. It holds until the next frame is asked for. */
  next(frame: Frame): FrameDissection {
    const { rows, inTree } = this.#maker;
    const at = this.#find(frame);
    const known = at?.shape;
    if (at === undefined || known === undefined || known === "once" || known === "odd") {
      const dissection = this.#maker.dissect(frame);
      if (at !== undefined && known !== "odd") {
        // The tree that is kept is left as it is, without what trackers find.
        const kept = this.#keep(at, dissection, []);
        if (kept !== undefined) return this.#share(frame, at, kept);
      }
      inTree.fill(rows.store, dissection, inTree.places(dissection));
      this.#maker.runLate();
      this.#maker.place(dissection);
      return dissection;
    }
    return this.#share(frame, at, known);
  }

  #share(frame: Frame, plain: Crossing<Known>, { tree: base, places }: Kept): FrameDissection {
    const { rows, inTree } = this.#maker;
    const { ends, made } = this.#finder;
    if (places.length > 0) base.fill(frame, ends);
    inTree.fill(rows.store, this.#dissection(frame, base), places);
    this.#maker.runLate();
    let at = plain;
    rows.eachGiven((column, header) => {
      at = at.step(column * 2 ** 20 + header, made);
    });
    if (at === plain) {
      if (places.length === 0) base.fill(frame, ends);
      return this.#dissection(frame, base);
    }
    const known = at.shape;
    if (typeof known === "object") {
      known.tree.fill(frame, ends);
      rows.give(known.tree);
      return this.#dissection(frame, known.tree);
    }
    const dissection = this.#maker.dissect(frame);
    const generated = this.#maker.place(dissection);
    this.#keep(at, dissection, generated);
    return dissection;
  }

  #dissection(frame: Frame, { layers }: SharedTree): FrameDissection {
    return new FrameDissection(frame, layers, [], this.#registry, true);
  }
}
