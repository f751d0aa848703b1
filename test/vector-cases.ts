/** The files of test/vectors, with the schema that each belongs to. */
import { readdirSync, readFileSync } from "node:fs";

export interface Vector {
  readonly name: string;
  readonly hex: string;
  readonly variant?: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly tcpFlags?: number;
  readonly frame?: string;
  readonly linkType?: number;
  readonly match?: readonly string[];
  readonly noMatch?: readonly string[];
  /** Where the bytes come from. */
  readonly origin: string;
}

export interface VectorFile {
  /** Path below test/vectors and schemas. */
  readonly path: string;
  readonly id: string;
  readonly role: string;
  readonly variants: readonly string[];
  readonly vectors: readonly Vector[];
}

const root = new URL("vectors/", import.meta.url);
const schemas = new URL("../schemas/", import.meta.url);

/** All vector files. `mptcp/crypto.json` holds keys and HMACs, no forms. */
export function vectorFiles(): readonly VectorFile[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".json") && path !== "mptcp/crypto.json")
    .sort()
    .map((path) => {
      const schema: { id: string; role: string; variants?: { name: string }[] } = JSON.parse(
        readFileSync(new URL(path, schemas), "utf8"),
      );
      return {
        path,
        id: schema.id,
        role: schema.role,
        variants: schema.variants?.map((variant) => variant.name) ?? [""],
        vectors: JSON.parse(readFileSync(new URL(path, root), "utf8")),
      };
    });
}

export function vectorCases(): readonly {
  readonly id: string;
  readonly role: string;
  readonly vector: Vector;
}[] {
  return vectorFiles().flatMap(({ id, role, vectors }) => vectors.map((vector) => ({ id, role, vector })));
}

/** Paths of schemas that are read from bytes. */
export function schemaPaths(): readonly string[] {
  return readdirSync(schemas, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.includes("/") && path.endsWith(".json") && !/^(meta|enums|frame)\//.test(path),
  );
}
