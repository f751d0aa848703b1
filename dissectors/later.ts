import type { Layout } from "../src/plugin.ts";

/**
 * A built-in schema, whose forms are read when they are first asked for: few runs meet many of them.
 *
 * @param head - JSON of all but the forms.
 * @param forms - gives the JSON of the forms. A function, so that V8 need not hold the text until then.
 */
export function later(head: string, forms: () => string): Layout {
  let variants: Layout["variants"] | undefined;
  return {
    ...(JSON.parse(head) as Omit<Layout, "variants">),
    get variants() {
      variants ??= JSON.parse(forms()) as Layout["variants"];
      return variants;
    },
  };
}
