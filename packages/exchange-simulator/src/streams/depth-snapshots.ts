import type { Routes } from "../http/route.ts";

const depthRoute = "GET /fapi/v1/depth";
const rememberedTimes = 100;

/**
 * When which book was handed out.
 *
 * Whoever keeps a book begins with one asked for and goes on with the stream's changes. Between two changes the book may have passed through
 * levels that neither shows; the change after a book was handed out must therefore end the levels of that book too.
 */
export class DepthSnapshots {
  private readonly times = new Map<string, number[]>();

  /** The same routes, watched. */
  watch(routes: Routes): Routes {
    const route = routes[depthRoute];
    if (route === undefined) return routes;
    return {
      ...routes,
      [depthRoute]: {
        ...route,
        answer: (context) => {
          const text = route.answer(context);
          this.taken(context.parameters.text("symbol")?.toUpperCase() ?? "", context.nowMs);
          return text;
        },
      },
    };
  }

  /** Strictly between the two instants. */
  between(symbol: string, fromMs: number, untilMs: number): readonly number[] {
    return (this.times.get(symbol) ?? []).filter((atMs) => atMs > fromMs && atMs < untilMs);
  }

  private taken(symbol: string, atMs: number): void {
    const times = this.times.get(symbol) ?? [];
    if (times.includes(atMs)) return;
    times.push(atMs);
    if (times.length > rememberedTimes) times.shift();
    this.times.set(symbol, times);
  }
}
