import type { InstrumentStore } from "@winiswin/application/ports/engine-store";
import { toText } from "@winiswin/domain/decimal";
import { type Instrument, isTradable } from "@winiswin/domain/instrument";
import * as z from "zod";
import { parseItem, priceText, quantityText, usdtText } from "./item.ts";
import { type Bucket, readObject, writeObject } from "./object-bucket.ts";

const key = "instruments.json";
/** The names alone, for whoever only suggests them. */
const symbolsKey = "symbols.json";

const instrumentItem = z.object({
  symbol: z.string(),
  baseAsset: z.string(),
  quoteAsset: z.string(),
  marginAsset: z.string(),
  contractType: z.string(),
  underlyingType: z.string(),
  status: z.string(),
  onboardTimeMs: z.number(),
  deliveryTimeMs: z.number().optional(),
  tickSize: priceText,
  minPrice: priceText,
  maxPrice: priceText,
  stepSize: quantityText,
  minQuantity: quantityText,
  maxMarketQuantity: quantityText,
  minNotional: usdtText,
}) satisfies z.ZodType<Instrument, unknown>;

const itemOf = (instrument: Instrument) => ({
  ...instrument,
  tickSize: toText(instrument.tickSize),
  minPrice: toText(instrument.minPrice),
  maxPrice: toText(instrument.maxPrice),
  stepSize: toText(instrument.stepSize),
  minQuantity: toText(instrument.minQuantity),
  maxMarketQuantity: toText(instrument.maxMarketQuantity),
  minNotional: toText(instrument.minNotional),
});

/** The instruments of the last dispatch in one object; loading before the first dispatch throws. */
export function createInstrumentStore(bucket: Bucket): InstrumentStore {
  return {
    async save(instruments) {
      await writeObject(bucket, key, {
        bytes: Buffer.from(JSON.stringify(instruments.map(itemOf))),
        contentType: "application/json",
      });
      await writeObject(bucket, symbolsKey, {
        bytes: Buffer.from(JSON.stringify(instruments.filter(isTradable).map(({ symbol }) => symbol))),
        contentType: "application/json",
      });
    },

    async load() {
      const stored = await readObject(bucket, key);
      if (stored === undefined) throw new Error(`${key} is not stored yet: it comes with the first dispatched cycle`);
      const text = Buffer.from(stored.bytes).toString("utf8");
      return parseItem(z.array(instrumentItem), JSON.parse(text), key);
    },
  };
}
