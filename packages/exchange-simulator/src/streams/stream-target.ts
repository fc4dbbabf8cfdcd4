import type { Tier } from "./stream-name.ts";

/** What an address asks for. */
export interface StreamTarget {
  readonly tier: Tier;
  readonly combined: boolean;
  readonly names: readonly string[];
  readonly listenKey: string | undefined;
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
  if (tier !== "private") return { tier, combined, names, listenKey: undefined, events: undefined };
  const events = searchParams.get("events")?.split("/");
  return {
    tier,
    combined,
    names: [],
    listenKey: searchParams.get("listenKey") ?? names[0] ?? "",
    events: events === undefined ? undefined : new Set(events),
  };
}
