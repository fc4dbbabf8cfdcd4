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

/** The answer of a command, without a word about the surface that shows it. */
export interface View {
  readonly title: string;
  readonly tone: Tone;
  readonly blocks: readonly Block[];
  readonly footer?: string;
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
