import { commands } from "./registry.ts";

/** What somebody types who wants it to end: the nearest name by letters would be the wrong one. */
const stopWords = new Set(["stop", "kill", "panic", "abort", "exit", "quit", "emergency", "closeall", "sellall"]);

/** One sentence for a name that is no command, with the nearest one when a slip of the finger is likely. */
export function unknownCommandSentence(name: string): string {
  if (stopWords.has(name.toLowerCase()))
    return `There is no command /${name}. /halt stops entries, /flatten also closes everything that is open.`;
  const [nearest] = commands
    .map((command) => ({ name: command.name, distance: editDistance(name, command.name) }))
    .sort((first, second) => first.distance - second.distance);
  const shown = name.slice(0, 40);
  return nearest !== undefined && nearest.distance <= 2
    ? `There is no command /${shown}. Did you mean /${nearest.name}?`
    : `There is no command /${shown}. /help shows what there is.`;
}

function editDistance(first: string, second: string): number {
  let row = Array.from({ length: second.length + 1 }, (_, index) => index);
  for (const [line, letter] of [...first.slice(0, 40)].entries()) {
    const next = [line + 1];
    for (const [place, other] of [...second].entries()) {
      next.push(Math.min((row[place + 1] ?? 0) + 1, (next[place] ?? 0) + 1, (row[place] ?? 0) + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? second.length;
}
