/** What is made of generated text when it is first asked for: few runs need much of it. */
import type { Layout, ValueStrings } from "../src/plugin.ts";

type Variant = Layout["variants"][number];

/** What the JSON of forms holds: fields stand beside them, as many are the same in several forms. */
interface Forms {
  readonly variants: readonly (Omit<Variant, "fields"> & { readonly fields: readonly number[] })[];
  readonly fields: Variant["fields"];
}

function readForms(json: string): readonly Variant[] {
  const { variants, fields } = JSON.parse(json) as Forms;
  return variants.map((variant) => ({
    ...variant,
    fields: variant.fields.flatMap((index) => fields[index] ?? []),
  }));
}

/**
 * A built-in schema, of which the forms are made later.
 *
 * @param head - JSON of all but the forms.
 * @param forms - gives the JSON of the forms. A function, so that V8 need not hold the text until then.
 */
export function later(head: string, forms: () => string): Layout {
  let variants: readonly Variant[] | undefined;
  const { outline, ...rest } = JSON.parse(head) as Omit<Layout, "variants">;
  const layout: Layout = {
    ...rest,
    get variants() {
      variants ??= readForms(forms());
      return variants;
    },
  };
  // Not enumerable: a copy that is given other forms must not have the outline of these.
  return Object.defineProperty(layout, "outline", { value: outline });
}

/** Tables of value strings. Functions give the JSON, as above. */
export function laterTables(
  texts: Readonly<Record<string, () => string>>,
): Readonly<Record<string, ValueStrings>> {
  const tables: Record<string, ValueStrings> = {};
  for (const [name, text] of Object.entries(texts)) {
    let table: ValueStrings | undefined;
    const get = (): ValueStrings => {
      table ??= JSON.parse(text()) as ValueStrings;
      return table;
    };
    Object.defineProperty(tables, name, { enumerable: true, get });
  }
  return tables;
}
