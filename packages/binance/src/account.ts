import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import type { AccountBalance, ExchangePosition, OrderGateway } from "@winiswin/application/ports/order-gateway";
import { asPrice, asQuantity, asUsdt, decimal, usdt, zeroUsdt } from "@winiswin/domain/decimal";
import * as z from "zod";
import type { RestClient } from "./rest-client.ts";
import { parseAnswer, wireDecimal, wirePrice, wireUsdt } from "./wire.ts";

const zero = decimal("0");

// Strictly is read only what is used: an oddity elsewhere in the account must not blind those who protect.
const wireAccount = z.object({ assets: z.array(z.looseObject({ asset: z.string() })) });
const wireAsset = z.object({ walletBalance: wireUsdt, unrealizedProfit: wireUsdt, availableBalance: wireUsdt });

const wireAmounts = z.array(z.looseObject({ positionAmt: wireDecimal }));
const wirePosition = z.object({
  symbol: z.string(),
  positionSide: z.string(),
  positionAmt: wireDecimal,
  entryPrice: wirePrice,
  markPrice: wirePrice,
  unRealizedProfit: wireUsdt,
  // Some answers say nothing where there is none.
  liquidationPrice: z.union([wirePrice, z.literal("").transform(() => asPrice(zero))]),
  notional: wireDecimal,
});

const wireBrackets = z.object({
  symbol: z.string(),
  brackets: z
    .array(
      z.object({
        initialLeverage: z.int().positive(),
        notionalCap: z.number().nonnegative(),
        notionalFloor: z.number().nonnegative(),
        maintMarginRatio: z.number().nonnegative(),
        cum: z.number(),
      }),
    )
    .min(1),
});

const wireCommission = z.object({ takerCommissionRate: wireDecimal });
const wireAccountConfig = z.object({ dualSidePosition: z.boolean() });

type AccountReads = Pick<OrderGateway, "balance" | "positions" | "leverageBrackets" | "takerFeeRate" | "requireOneWayMode">;

/** What the account has and may do. */
export function createAccountReads(client: RestClient): AccountReads {
  return {
    async balance(): Promise<AccountBalance> {
      // The account and not the balance endpoint, whose unrealised profit leaves out isolated positions.
      const { assets } = parseAnswer("fapi/v3/account", wireAccount, await client.read("fapi/v3/account"));
      const row = assets.find(({ asset }) => asset === "USDT");
      const held = row && parseAnswer("fapi/v3/account", wireAsset, row);
      const walletBalance = held?.walletBalance ?? zeroUsdt;
      const unrealisedProfit = held?.unrealizedProfit ?? zeroUsdt;
      return {
        walletBalance,
        availableBalance: held?.availableBalance ?? zeroUsdt,
        unrealisedProfit,
        equity: asUsdt(walletBalance.plus(unrealisedProfit)),
      };
    },

    async positions(): Promise<readonly ExchangePosition[]> {
      const body = await client.read("fapi/v3/positionRisk", undefined, "look");
      const isOpen = parseAnswer("fapi/v3/positionRisk", wireAmounts, body).map(({ positionAmt }) => !positionAmt.eq(zero));
      const open = parseAnswer(
        "fapi/v3/positionRisk",
        z.array(wirePosition),
        (body as readonly unknown[]).filter((_row, index) => isOpen[index] === true),
      );
      const hedged = open.find(({ positionSide }) => positionSide !== "BOTH");
      if (hedged !== undefined) throw hedgeMode(`the position in ${hedged.symbol} is ${hedged.positionSide}`);
      return open.map((row) => ({
        symbol: row.symbol,
        direction: row.positionAmt.gt(zero) ? "long" : "short",
        quantity: asQuantity(row.positionAmt.abs()),
        entryPrice: row.entryPrice,
        markPrice: row.markPrice,
        unrealisedProfit: row.unRealizedProfit,
        liquidationPrice: row.liquidationPrice.gt(zero) ? asPrice(row.liquidationPrice) : undefined,
        notional: asUsdt(row.notional.abs()),
      }));
    },

    async leverageBrackets(symbol) {
      const body = await client.read("fapi/v1/leverageBracket", { symbol });
      // Documented as an object for one symbol, seen as an array of one.
      const { brackets } = parseAnswer("fapi/v1/leverageBracket", wireBrackets, Array.isArray(body) ? body[0] : body);
      return brackets
        .map((bracket) => ({
          notionalFloor: usdt(plain(bracket.notionalFloor)),
          notionalCap: usdt(plain(bracket.notionalCap)),
          maximumLeverage: bracket.initialLeverage,
          maintenanceMarginRate: decimal(plain(bracket.maintMarginRatio)),
          cumulative: usdt(plain(bracket.cum)),
        }))
        .sort((first, second) => (first.notionalFloor.lt(second.notionalFloor) ? -1 : 1));
    },

    async takerFeeRate(symbol) {
      const body = await client.read("fapi/v1/commissionRate", { symbol });
      return parseAnswer("fapi/v1/commissionRate", wireCommission, body).takerCommissionRate;
    },

    async requireOneWayMode() {
      const { dualSidePosition } = parseAnswer("fapi/v1/accountConfig", wireAccountConfig, await client.read("fapi/v1/accountConfig"));
      if (dualSidePosition) throw hedgeMode("dualSidePosition is true");
    },
  };
}

/** The brackets are the only money that comes as JSON numbers; Number's shortest text is what the exchange wrote. */
const plain = (value: number): string => String(value);

const hedgeMode = (evidence: string): ExchangeError =>
  new ExchangeError("fatal", `the account is in hedge mode and this system needs one-way mode (${evidence})`);
