/** What people write instead of the ticker; only names that hardly mean anything else. */
const names: Readonly<Record<string, readonly string[]>> = {
  BTC: ["bitcoin"],
  ETH: ["ethereum", "ether"],
  BNB: ["binance coin", "bnb chain"],
  SOL: ["solana"],
  XRP: ["ripple"],
  ADA: ["cardano"],
  DOGE: ["dogecoin"],
  TRX: ["tron"],
  DOT: ["polkadot"],
  AVAX: ["avalanche"],
  LINK: ["chainlink"],
  LTC: ["litecoin"],
  BCH: ["bitcoin cash"],
  XLM: ["stellar lumens", "stellar"],
  UNI: ["uniswap"],
  ATOM: ["cosmos hub"],
  ETC: ["ethereum classic"],
  FIL: ["filecoin"],
  ALGO: ["algorand"],
  VET: ["vechain"],
  ICP: ["internet computer"],
  APT: ["aptos"],
  ARB: ["arbitrum"],
  OP: ["optimism mainnet"],
  NEAR: ["near protocol"],
  SUI: ["sui network"],
  TON: ["toncoin"],
  SHIB: ["shiba inu"],
  PEPE: ["pepecoin"],
  AAVE: ["aave"],
  HBAR: ["hedera"],
  XMR: ["monero"],
  ZEC: ["zcash"],
  DASH: ["dash coin"],
  MKR: ["makerdao"],
  POL: ["polygon"],
  TAO: ["bittensor"],
  WLD: ["worldcoin"],
  HYPE: ["hyperliquid"],
  ENA: ["ethena"],
  LDO: ["lido"],
  INJ: ["injective"],
  RENDER: ["render network"],
  FET: ["fetch.ai"],
};

/** Tickers that are no words: written bare in capitals they mean the coin. */
const unmistakable: ReadonlySet<string> = new Set(
  "BTC ETH BNB XRP ADA DOGE TRX AVAX LTC BCH XLM ETC ALGO ICP SHIB PEPE AAVE HBAR XMR ZEC MKR TAO WLD INJ FET BONK WIF".split(" "),
);

/** Longer names that contain a shorter one: "bitcoin cash" is not about bitcoin. */
const containing: Readonly<Record<string, readonly string[]>> = { BTC: ["bitcoin cash", "wrapped bitcoin"], ETH: ["ethereum classic"] };

/** 1000PEPE and 1MBABYDOGE are thousands and millions of the coin. */
const coinOf = (baseAsset: string): string => baseAsset.replace(/^(1000000|1000|1M)(?=[A-Z])/, "");

/** Whether a headline is about the coin: by its name, by its ticker as `$SOL` or `(SOL)`, or bare where the ticker is no word. */
export function isAbout(title: string, baseAsset: string): boolean {
  const coin = coinOf(baseAsset);
  if (title.includes(`(${coin})`) || hasWord(title, `$${coin}`)) return true;
  if (unmistakable.has(coin) && hasWord(title, coin)) return true;
  const lower = (containing[coin] ?? []).reduce((text, name) => text.replaceAll(name, " "), title.toLowerCase());
  return (names[coin] ?? []).some((name) => hasWord(lower, name));
}

function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!isLetter(text[at - 1]) && !isLetter(text[at + word.length])) return true;
  }
  return false;
}

const isLetter = (character: string | undefined): boolean => character !== undefined && /[\p{L}\p{N}]/u.test(character);
