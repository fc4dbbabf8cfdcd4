import { Resource } from "sst";
import { once } from "./once.ts";
import { signedFetch } from "./signed-fetch.ts";

/** A new listing may wait so long for its suggestion: it can be typed all the same. */
const keptForMs = 15 * 60_000;

/** The symbols of the last dispatch in the order of the exchange, read when they are first asked for and kept by a warm process. */
export const suggestions = once(() => {
  let kept: { readonly symbols: readonly string[]; readonly atMs: number } | undefined;
  return async (): Promise<readonly string[]> => {
    if (kept === undefined || Date.now() - kept.atMs > keptForMs) kept = { symbols: await storedSymbols(), atMs: Date.now() };
    return kept.symbols;
  };
});

async function storedSymbols(): Promise<readonly string[]> {
  const endpoint = process.env.AWS_ENDPOINT_URL_S3 || `https://s3.${process.env.AWS_REGION}.amazonaws.com`;
  const url = `${endpoint}/${Resource.Snapshots.name}/symbols.json`;
  const response = await signedFetch("s3", { method: "GET", url, headers: {}, body: "" });
  const text = await response.text();
  if (!response.ok) throw new Error(`symbols.json is not readable: status ${response.status} ${text.replace(/\s+/g, " ").slice(0, 200)}`);
  const parsed: unknown = JSON.parse(text);
  return Array.isArray(parsed) ? parsed.filter((symbol) => typeof symbol === "string") : [];
}
