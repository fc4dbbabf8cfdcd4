import type { Picture } from "../ports/picture.ts";

/** How the whole answer is meant; shown as a colour where there is one, and always in words too. */
export type Tone = "neutral" | "good" | "warning" | "bad";

/** An instant, shown as a time and its distance from the moment of the view. */
export interface Instant {
  readonly atMs: number;
}

export type Cell = string | Instant;

export interface KeyValues {
  readonly kind: "keyValues";
  readonly entries: readonly { readonly key: string; readonly value: Cell }[];
}

export interface Column {
  readonly heading: string;
  readonly align: "left" | "right";
}

export interface Table {
  readonly kind: "table";
  readonly title: string;
  readonly columns: readonly Column[];
  /** How many leading columns name a row; a narrow surface makes them the heading of the row. */
  readonly namingColumns: number;
  readonly rows: readonly (readonly Cell[])[];
  /** One sentence instead of the table when it has no rows. */
  readonly whenEmpty: string;
}

export interface Text {
  readonly kind: "text";
  readonly text: string;
}

export type Block = KeyValues | Table | Text;

/** What a person may do next with one touch; the key says it in at most 64 bytes, because one of the surfaces has no more room. */
export interface Button {
  readonly label: string;
  readonly style: "plain" | "danger";
  readonly key: string;
}

/** The answer of a command, without a word about the surface that shows it. */
export interface View {
  readonly title: string;
  readonly tone: Tone;
  readonly blocks: readonly Block[];
  readonly footer?: string;
  /** A preview: what the button says that lets it happen. */
  readonly confirm?: string;
  /** At most 25. */
  readonly buttons?: readonly Button[];
  /** Shown beside the text where a surface can; the text says the same in words. */
  readonly picture?: Picture;
  /** When it was made, UTC milliseconds; instants are shown relative to it. */
  readonly atMs: number;
}

export const text = (content: string): Text => ({ kind: "text", text: content });

export const keyValues = (entries: readonly (readonly [key: string, value: Cell])[]): KeyValues => ({
  kind: "keyValues",
  entries: entries.map(([key, value]) => ({ key, value })),
});

/** Columns in the short form `"symbol"` (left) or `"score>"` (right). */
export const columns = (...headings: readonly string[]): readonly Column[] =>
  headings.map((heading) => (heading.endsWith(">") ? { heading: heading.slice(0, -1), align: "right" } : { heading, align: "left" }));
