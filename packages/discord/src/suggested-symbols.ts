/** Discord's own limit. */
const most = 25;

/** Those that begin with what was typed, then those that have it inside, each in the given order. */
export function suggestedSymbols(symbols: readonly string[], typed: string): readonly string[] {
  const wanted = typed.trim().toUpperCase();
  const beginning = symbols.filter((symbol) => symbol.startsWith(wanted));
  const inside = wanted === "" ? [] : symbols.filter((symbol) => symbol.includes(wanted, 1) && !symbol.startsWith(wanted));
  return [...beginning, ...inside].slice(0, most);
}
