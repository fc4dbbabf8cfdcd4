import { readdir, stat } from "node:fs/promises";
import { usageFailure } from "../command-failure.ts";

const isCandleFile = (name: string): boolean => /\.csv(\.gz)?$/i.test(name);

/** Makes sure that the folder exists, can be read and holds candle files. */
export async function requireCandleFiles(folder: string): Promise<void> {
  const hint = "Name a folder of csv or csv.gz files, one symbol a file (BTCUSDT.csv.gz).";
  let names: readonly string[];
  try {
    if (!(await stat(folder)).isDirectory()) throw usageFailure(`--data ${folder} is a file, not a folder.`, hint);
    names = await readdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw usageFailure(`--data ${folder} does not exist.`, hint);
    if (code === "EACCES")
      throw usageFailure(`--data ${folder} cannot be read: permission denied.`, "Give this user the right to read it.");
    throw error;
  }
  if (!names.some(isCandleFile)) throw usageFailure(`--data ${folder} holds no csv or csv.gz file.`, hint);
}
