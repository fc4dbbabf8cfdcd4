import type { Position } from "@winiswin/domain/position";

type State = Position["state"];

/** "3 open", or "2 open, 1 closing, 2 not ours": what is being left or entered is neither open nor nothing. */
export function heldText(states: readonly State[], foreign: readonly string[] | undefined): string {
  const count = (wanted: State) => states.filter((state) => state === wanted).length;
  const others = [
    [count("entering"), "entering"],
    [count("closing"), "closing"],
    [foreign?.length ?? 0, "not ours"],
  ] as const;
  return [`${count("open")} open`, ...others.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`)].join(", ");
}

export const statesOf = (positions: readonly { readonly state: State }[]): readonly State[] => positions.map(({ state }) => state);
