import { parquetWriteBuffer } from "hyparquet-writer";
import type { Column, ColumnType, DatasetRecord } from "../dataset-record.ts";

const parquetTypes = { text: "STRING", integer: "INT32", number: "DOUBLE" } as const satisfies Record<ColumnType, string>;

/** One row group, Snappy, every column nullable. */
export function parquetOf(columns: readonly Column[], records: readonly DatasetRecord[]): Uint8Array {
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: columns.map(({ name, type }) => ({
        name,
        type: parquetTypes[type],
        nullable: true,
        data: records.map((record) => record[name] ?? null),
      })),
    }),
  );
}
