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
  /** Where the columns of rows are taken from it. */
  readonly places: readonly ColumnPlace[];
}

/** `once`: it has been seen, and a tree will be kept when it is seen again. `odd`: its trees are not shared. */
type Known = Kept | "once" | "odd";

/** What {@link SharedTrees} needs of those whose trees they are. */
export interface TreeMaker {
  readonly rows: Rows;
  /** All columns that stand in the bytes or in the tree. */
  readonly columns: TreeColumns;
  /** A tree of its own for the frame, without what trackers find. */
  dissect(frame: Frame): FrameDissection;
  /** Shows the row to the trackers. */
  run(frame: Frame): void;
  /** Puts what trackers found into the tree. */
  put(dissection: FrameDissection): SharedTree["generated"];
  /** Puts it into the tree, once those trackers have run that look at trees. */
  place(dissection: FrameDissection): void;
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

  /** Notes that a shape was seen; gives a tree to keep where it was before. */
  #note(at: Crossing<Known>, dissection: FrameDissection, generated?: SharedTree["generated"]): void {
    if (dissection.problems.length > 0) at.shape = "odd";
    else if (at.shape === undefined) at.shape = "once";
    else if (at.shape === "once") {
      // Layers of a frame's own dissection are made by the engine.
      const layers = dissection.layers as readonly MutableLayer[];
      const isPlain = generated === undefined;
      const places = isPlain ? this.#maker.columns.places(dissection) : [];
      const needed = isPlain ? new Set(places.map(({ node }) => node)) : undefined;
      at.shape = { tree: new SharedTree(layers, generated ?? [], needed), places };
      this.#count++;
    }
  }

  /** The tree of a frame that the trackers have seen already: one of its own. */
  own(frame: Frame): FrameDissection {
    const { dissect, place } = this.#maker;
    const at = this.#find(frame);
    const dissection = dissect(frame);
    // The tree that is kept is left as it is, without what trackers find.
    if (at !== undefined) this.#note(at, at.shape === "once" ? dissect(frame) : dissection);
    place(dissection);
    return dissection;
  }

  /**
   * Lets the trackers see the frame, and gives its tree, which holds until the next frame is asked for. Undefined where that has not been
   * done, since no frame of its shape was seen before, or it is odd.
   */
  next(frame: Frame): FrameDissection | undefined {
    const { rows, columns, dissect, run, put } = this.#maker;
    let at = this.#find(frame);
    const known = at?.shape;
    if (at === undefined || typeof known !== "object") return undefined;
    const { ends, made } = this.#finder;
    known.tree.fillNeeded(frame, ends);
    const plain = this.#dissection(frame, known.tree);
    columns.fill(rows.store, plain, known.places);
    run(frame);
    const { given } = rows;
    if (given === 0) {
      known.tree.fillOthers(frame);
      return plain;
    }
    for (let nth = 0; nth < given; nth++) at = at.step(rows.givenAt(nth), made);
    if (typeof at.shape === "object") {
      const { tree } = at.shape;
      tree.fill(frame, ends);
      rows.give(tree);
      return this.#dissection(frame, tree);
    }
    const dissection = dissect(frame);
    this.#note(at, dissection, put(dissection));
    return dissection;
  }

  #dissection(frame: Frame, { layers }: SharedTree): FrameDissection {
    return new FrameDissection(frame, layers, [], this.#registry, true);
  }
}
