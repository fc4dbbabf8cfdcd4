/** Which way a signal or position points; `buy` and `sell` are sides of orders only. */
export type Direction = "long" | "short";

/** +1 for long, -1 for short. */
export const signOf = (direction: Direction): 1 | -1 => (direction === "long" ? 1 : -1);

export const oppositeOf = (direction: Direction): Direction => (direction === "long" ? "short" : "long");
