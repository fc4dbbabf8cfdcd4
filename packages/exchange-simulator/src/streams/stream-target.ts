import type { Tier } from "./stream-name.ts";

/** What an address asks for. */
export interface StreamTarget {
  readonly tier: Tier;
  readonly combined: boolean;
  /** Streams; of a private address the listenKey. */
  readonly names: readonly string[];
  readonly events: ReadonlySet<string> | undefined;
}

/**
 * Reads `/public`, `/market` and `/private`, each with `/ws/<name>` or `/stream?streams=<name>/<name>`; undefined for any other path.
 *
 * The paths without a tier were retired on 2026-04-23: they still connect and carry public streams only, whatever they are asked for.
 */
export function streamTarget(url: string): StreamTarget | undefined {
  const { pathname, searchParams } = new URL(url, "ws://simulator");
  const found = /^(?:\/(public|market|private))?\/(ws|stream)(?:\/(.*))?$/.exec(pathname);
  if (found === null) return undefined;
  const tier = (found[1] ?? "public") as Tier;
  const combined = found[2] === "stream";
  const listed = combined ? (searchParams.get("streams") ?? "") : (found[3] ?? "");
  const names = decodeURIComponent(listed)
    .split("/")
    .filter((name) => name !== "");
  if (tier !== "private") return { tier, combined, names, events: undefined };
  const events = searchParams.get("events")?.split("/");
  return {
    tier,
    combined,
    names: [searchParams.get("listenKey") ?? names[0] ?? ""].filter((name) => name !== ""),
    events: events === undefined ? undefined : new Set(events),
  };
}
