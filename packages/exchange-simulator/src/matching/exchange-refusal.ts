/** A request that the exchange refuses: thrown because it ends the request wherever it is found, and caught by the HTTP face only. */
export class ExchangeRefusal extends Error {
  readonly code: number;
  readonly httpStatus: number;

  constructor(code: number, message: string, httpStatus = 400) {
    super(message);
    this.code = code;
    this.httpStatus = httpStatus;
  }
}

/** Binance's words for each refusal of an order, a setting or a parameter. */
export const refusals = {
  tooManyOrders: (limit: number, span: string) =>
    new ExchangeRefusal(-1015, `Too many new orders; current limit is ${limit} orders per ${span}.`, 429),
  illegalParameter: (name: string) =>
    new ExchangeRefusal(-1100, `Illegal characters found in parameter '${name}'; legal range is '^[\\.A-Z\\:/a-z0-9_-]{1,36}$'.`),
  missing: (name: string) => new ExchangeRefusal(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`),
  duplicateParameter: () => new ExchangeRefusal(-1101, "Duplicate values for a parameter detected."),
  eitherOf: (first: string, second: string) =>
    new ExchangeRefusal(-1102, `Param '${first}' or '${second}' must be sent, but both were empty/null!`),
  superfluous: (name: string) => new ExchangeRefusal(-1106, `Parameter '${name}' sent when not required.`),
  precision: () => new ExchangeRefusal(-1111, "Precision is over the maximum defined for this asset."),
  timeInForce: () => new ExchangeRefusal(-1115, "Invalid timeInForce."),
  orderType: () => new ExchangeRefusal(-1116, "Invalid orderType."),
  side: () => new ExchangeRefusal(-1117, "Invalid side."),
  interval: () => new ExchangeRefusal(-1120, "Invalid interval."),
  symbol: () => new ExchangeRefusal(-1121, "Invalid symbol."),
  startAfterEnd: () => new ExchangeRefusal(-1023, "Start time is greater than end time."),
  symbolStatus: () => new ExchangeRefusal(-1122, "Invalid symbol status."),
  badCombination: () => new ExchangeRefusal(-1128, "Combination of optional parameters invalid."),
  invalidParameter: (name: string) => new ExchangeRefusal(-1130, `Data sent for parameter '${name}' is not valid.`),
  responseType: () => new ExchangeRefusal(-1136, "Invalid newOrderRespType."),
  unknownOrderSent: () => new ExchangeRefusal(-2011, "Unknown order sent."),
  noSuchOrder: () => new ExchangeRefusal(-2013, "Order does not exist."),
  margin: () => new ExchangeRefusal(-2019, "Margin is insufficient."),
  wouldTrigger: () => new ExchangeRefusal(-2021, "Order would immediately trigger."),
  reduceOnly: () => new ExchangeRefusal(-2022, "ReduceOnly Order is rejected."),
  maxOpenOrders: () => new ExchangeRefusal(-2025, "Reach max open order limit."),
  maxLeverageRatio: () => new ExchangeRefusal(-2027, "Exceeded the maximum allowable position at current leverage."),
  minLeverageRatio: () => new ExchangeRefusal(-2028, "Leverage is smaller than permitted: insufficient margin balance."),
  priceAboveMaximum: () => new ExchangeRefusal(-4002, "Price greater than max price."),
  quantityNotPositive: () => new ExchangeRefusal(-4003, "Quantity less than zero."),
  quantityBelowMinimum: () => new ExchangeRefusal(-4004, "Quantity less than min quantity."),
  quantityAboveMaximum: () => new ExchangeRefusal(-4005, "Quantity greater than max quantity."),
  triggerNotPositive: () => new ExchangeRefusal(-4006, "Stop price less than zero."),
  triggerAboveMaximum: () => new ExchangeRefusal(-4007, "Stop price greater than max price."),
  priceBelowMinimum: () => new ExchangeRefusal(-4013, "Price less than min price."),
  tickSize: () => new ExchangeRefusal(-4014, "Price not increased by tick size."),
  clientIdLength: () => new ExchangeRefusal(-4015, "Client order id length should not be more than 36 chars."),
  priceTooHigh: (limit: string) => new ExchangeRefusal(-4016, `Limit price can't be higher than ${limit}.`),
  stepSize: () => new ExchangeRefusal(-4023, "Qty not increased by step size."),
  priceTooLow: (limit: string) => new ExchangeRefusal(-4024, `Limit price can't be lower than ${limit}.`),
  depthLimit: (limit: string) => new ExchangeRefusal(-4021, `${limit} is not valid depth limit.`),
  workingType: (type: string) => new ExchangeRefusal(-4031, `Invalid parameter working type: ${type}`),
  cancelSize: () => new ExchangeRefusal(-4032, "Exceed maximum cancel order size."),
  isolatedOnly: () => new ExchangeRefusal(-4049, "Add margin only support for isolated position."),
  crossBalance: () => new ExchangeRefusal(-4050, "Cross balance insufficient."),
  isolatedBalance: () => new ExchangeRefusal(-4051, "Isolated balance insufficient."),
  noPositionForMargin: () => new ExchangeRefusal(-4054, "Cannot add position margin: position is 0."),
  amountNotPositive: () => new ExchangeRefusal(-4055, "Amount must be positive."),
  batchSize: () => new ExchangeRefusal(-4082, "Invalid number of batch place orders."),
  multiAssetsUnchanged: () => new ExchangeRefusal(-4171, "No need to change multi-assets mode."),
  multiAssetsUnavailable: () => new ExchangeRefusal(-4402, "This simulator margins in USDT only; multi-assets mode is not offered."),
  leverage: (leverage: string) => new ExchangeRefusal(-4028, `Leverage ${leverage} is not valid`),
  conditionalLimit: () => new ExchangeRefusal(-4045, "Reach max stop order limit."),
  marginTypeUnchanged: () => new ExchangeRefusal(-4046, "No need to change margin type."),
  marginTypeWithOrders: () => new ExchangeRefusal(-4047, "Margin type cannot be changed if there exists open orders."),
  marginTypeWithPosition: () => new ExchangeRefusal(-4048, "Margin type cannot be changed if there exists position."),
  positionModeUnavailable: () => new ExchangeRefusal(-4402, "This simulator trades in one-way mode only; hedge mode is not offered."),
  positionModeUnchanged: () => new ExchangeRefusal(-4059, "No need to change position side."),
  positionSide: () => new ExchangeRefusal(-4061, "Order's position side does not match user's setting."),
  duplicateClientId: () => new ExchangeRefusal(-4116, "ClientOrderId is duplicated."),
  reduceOnlyWithOrders: () => new ExchangeRefusal(-4118, "ReduceOnly Order Failed. Please check your existing position and open orders."),
  useAlgoOrder: () =>
    new ExchangeRefusal(-4120, "Order type not supported for this endpoint. Please use the Algo Order API endpoints instead."),
  closePositionExists: () =>
    new ExchangeRefusal(-4130, "An open stop or take profit order with GTE and closePosition in the direction is existing."),
  marketOrderReject: () => new ExchangeRefusal(-4131, "The counterparty's best price does not meet the PERCENT_PRICE filter limit."),
  closePositionType: (type: string) => new ExchangeRefusal(-4136, `Target strategy invalid for orderType ${type},closePosition true.`),
  closePositionQuantity: () => new ExchangeRefusal(-4137, "Quantity must be zero with closePosition equals true."),
  closePositionReduceOnly: () => new ExchangeRefusal(-4138, "Reduce only must be true with closePosition equals true."),
  symbolClosed: () => new ExchangeRefusal(-4141, "Symbol is closed."),
  leverageReduction: () => new ExchangeRefusal(-4161, "Leverage reduction is not supported in Isolated Margin Mode with open positions."),
  minNotional: (notional: string) =>
    new ExchangeRefusal(-4164, `Order's notional must be no smaller than ${notional} (unless you choose reduce only).`),
  timeInterval: (days: number) => new ExchangeRefusal(-4165, `Maximum time interval is ${days} days`),
  tradFiAgreement: () => new ExchangeRefusal(-4411, "Please sign TradFi-Perps agreement contract fapi."),
  needsPosition: () =>
    new ExchangeRefusal(-4509, "Time in Force (TIF) GTE can only be used with open positions. Please ensure that positions are available."),
  wouldTake: () =>
    new ExchangeRefusal(
      -5022,
      "Due to the order could not be executed as maker, the Post Only order will be rejected. The order will not be recorded in the order history",
    ),
  amendSymbolStatus: () => new ExchangeRefusal(-5024, "Symbol is not in trading status. Order amendment is not permitted."),
  amendLimitOnly: () => new ExchangeRefusal(-5025, "Only limit order is supported."),
  amendTooOften: () => new ExchangeRefusal(-5026, "Exceed maximum modify order limit."),
  amendUnchanged: () => new ExchangeRefusal(-5027, "No need to modify the order."),
  amendNotReduceOnly: () => new ExchangeRefusal(-5047, "The original order is not a reduce-only order"),
  selfTradeMode: () => new ExchangeRefusal(-5039, "Invalid self trade prevention mode"),
  amendNotional: (notional: string) => new ExchangeRefusal(-5029, `Order's notional must be no smaller than ${notional}`),
  priceMatch: () => new ExchangeRefusal(-5037, "Invalid price match"),
  priceMatchType: () => new ExchangeRefusal(-5038, "Price match only supports order type: LIMIT, STOP AND TAKE_PROFIT"),
  noBestPrice: () => new ExchangeRefusal(-5041, "No depth matches this BBO order"),
  goodTillDate: () =>
    new ExchangeRefusal(
      -5040,
      "The goodTillDate timestamp must be greater than the current time plus 600 seconds and smaller than 253402300799000",
    ),
  fillOrKill: () =>
    new ExchangeRefusal(
      -5021,
      "Due to the order could not be filled immediately, the FOK order has been rejected. The order will not be recorded in the order history",
    ),
} as const;
