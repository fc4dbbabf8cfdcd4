import { hashText, uniformAt } from "./noise.ts";

const beginnings = [
  "AR",
  "BEL",
  "CO",
  "DRA",
  "EL",
  "FLU",
  "GLY",
  "HEX",
  "IO",
  "JUN",
  "KAR",
  "LU",
  "MIR",
  "NO",
  "OR",
  "PEL",
  "QUA",
  "RIV",
  "SOR",
  "TAL",
  "UM",
  "VEX",
  "WEN",
  "XA",
  "YIL",
  "ZOR",
];
const endings = [
  "BIT",
  "CHA",
  "DEX",
  "FI",
  "GEM",
  "INU",
  "KA",
  "LIX",
  "MO",
  "NET",
  "ON",
  "PAD",
  "RA",
  "SWAP",
  "TO",
  "VERSE",
  "X",
  "YLD",
  "ZEN",
  "AI",
  "DAO",
  "ECHO",
];

/**
 * Invented asset names, `count` of them, none in `taken`; the first is written in Chinese characters, as some real ones are.
 *
 * The name at a place does not depend on `count`.
 */
export function inventNames(marketSeed: string, count: number, taken: ReadonlySet<string>): readonly string[] {
  const seed = hashText(`${marketSeed}:names`);
  const used = new Set(taken);
  const names: string[] = count > 0 ? ["金鲤鱼"] : [];
  for (let draw = 0; names.length < count; draw++) {
    const beginning = beginnings[Math.floor(uniformAt(seed, 3 * draw) * beginnings.length)]!;
    const ending = endings[Math.floor(uniformAt(seed, 3 * draw + 1) * endings.length)]!;
    // Once the short names run out, draws get a middle syllable.
    const middle = draw > 700 ? beginnings[Math.floor(uniformAt(seed, 3 * draw + 2) * beginnings.length)]! : "";
    const name = `${beginning}${middle}${ending}`;
    if (used.has(name)) continue;
    used.add(name);
    names.push(name);
  }
  return names;
}
