import type { Routes } from "../http/route.ts";
import { ExchangeRefusal } from "../matching/exchange-refusal.ts";
import type { ListenKeys } from "./listen-keys.ts";

const unknownKey = () => new ExchangeRefusal(-1125, "This listenKey does not exist.");

/** The key to the private stream; asked for with the API key alone, without a signature. */
export const listenKeyRoutes = (keys: ListenKeys): Routes => ({
  "POST /fapi/v1/listenKey": {
    access: "keyed",
    weight: 1,
    answer: ({ nowMs }) => JSON.stringify({ listenKey: keys.open(nowMs) }),
  },
  "PUT /fapi/v1/listenKey": {
    access: "keyed",
    weight: 1,
    answer: ({ nowMs }) => {
      const listenKey = keys.prolong(nowMs);
      if (listenKey === undefined) throw unknownKey();
      return JSON.stringify({ listenKey });
    },
  },
  "DELETE /fapi/v1/listenKey": {
    access: "keyed",
    weight: 1,
    answer: ({ nowMs }) => {
      if (!keys.close(nowMs)) throw unknownKey();
      return "{}";
    },
  },
});
