/** What every pass over a lowered schema is given. */
import type { FieldIR, Layout } from "../../ir/nodes.ts";

export interface PassContext {
  readonly layout: Layout;
  /** JSON pointer of a field. */
  readonly at: (field: FieldIR) => string;
  /** Envelopes that the schema may refer to. */
  readonly envelope: (id: string) => Layout | undefined;
}
