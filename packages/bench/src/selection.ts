import type { Benchmark } from "./benchmark.ts";

export interface Selection {
  readonly benchmarks: readonly Benchmark[];
  readonly json: boolean;
}

/**
 * Which benchmarks the arguments mean: `--only NAME` takes a full name or the part before a dot and may be repeated.
 *
 * Without it everything runs but what takes minutes and the package registry. Throws Error with one sentence.
 */
export function selectionOf(
  programArguments: readonly string[],
  all: readonly Benchmark[],
  isSlow: (benchmark: Benchmark) => boolean,
): Selection {
  const wanted: string[] = [];
  let json = false;
  // npm leaves the dashes that separate its own flags.
  const words = programArguments.filter((word) => word !== "--");
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    if (word === "--json") json = true;
    else if (word === "--only" && words[index + 1] !== undefined) wanted.push(words[++index] ?? "");
    else if (word?.startsWith("--only=") === true) wanted.push(word.slice("--only=".length));
    else throw new Error(`"${word}" is not understood: npm run bench [-- --only NAME] [-- --json].`);
  }
  const matches = (benchmark: Benchmark, name: string) => benchmark.name === name || benchmark.name.startsWith(`${name}.`);
  const unknown = wanted.find((name) => !all.some((benchmark) => matches(benchmark, name)));
  if (unknown !== undefined)
    throw new Error(`There is no benchmark "${unknown}"; there are ${all.map((benchmark) => benchmark.name).join(", ")}.`);
  const benchmarks =
    wanted.length === 0
      ? all.filter((benchmark) => !isSlow(benchmark))
      : all.filter((benchmark) => wanted.some((name) => matches(benchmark, name)));
  return { benchmarks, json };
}
