/** Reads `-T pdml`: for each packet, what each element shows, by the path of names to it. */

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  "#x27": "'",
};

function attribute(text: string, name: string): string | undefined {
  const value = new RegExp(` ${name}="([^"]*)"`).exec(text)?.[1];
  return value?.replaceAll(/&([^;]+);/g, (whole, entity: string) => ENTITIES[entity] ?? whole);
}

/** What is compared of an element: a value without bytes has no place. */
function shown(text: string): string {
  const size = attribute(text, "size");
  const names = size === "0" ? ["show", "value"] : ["show", "value", "unmaskedvalue", "pos", "size"];
  return names.map((name) => attribute(text, name) ?? "-").join(",");
}

export function readPdmlPaths(text: string): Map<string, string[]>[] {
  return text
    .split("<packet>")
    .slice(1)
    .map((packet) => {
      const found = new Map<string, string[]>();
      const path: string[] = [];
      for (const [tag, end, , attributes = "", single] of packet.matchAll(
        /<(\/?)(proto|field)((?: [a-z_]+="[^"]*")*)(\/?)>/g,
      )) {
        if (end === "/") {
          path.pop();
          continue;
        }
        const name = attribute(attributes, "name") || attribute(attributes, "show");
        const key = [...path, name ?? tag].join("/");
        const list = found.get(key);
        if (list === undefined) found.set(key, [shown(attributes)]);
        else list.push(shown(attributes));
        if (single !== "/") path.push(name ?? tag);
      }
      return found;
    });
}
