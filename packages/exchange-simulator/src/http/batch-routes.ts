import { ExchangeRefusal, refusals } from "../matching/exchange-refusal.ts";
import { amend, cancel, place } from "./order-routes.ts";
import { Parameters } from "./parameters.ts";
import type { OrderCount, RouteContext, Routes } from "./route.ts";

const mostOrders = 5;
const mostCancellations = 10;
const fiveOrders: OrderCount = { tenSeconds: 5, minute: 1 };

/** Elements of a JSON array as texts; numbers keep all their digits. */
function elements(text: string, name: string): readonly unknown[] {
  try {
    // Ids above 2^53 would lose their last digits as numbers.
    const parsed: unknown = JSON.parse(text.replace(/(?<=[[,:]\s*)(\d{16,})(?=\s*[,\]}])/g, '"$1"'));
    if (Array.isArray(parsed)) return parsed;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw refusals.invalidParameter(name);
}

/** Each order of a batch stands for itself: what is refused leaves its error in its place. */
const each = (contexts: readonly RouteContext[], act: (context: RouteContext) => object): string =>
  JSON.stringify(
    contexts.map((context) => {
      try {
        return act(context);
      } catch (error) {
        if (!(error instanceof ExchangeRefusal)) throw error;
        return { code: error.code, msg: error.message };
      }
    }),
  );

function orderContexts(context: RouteContext): readonly RouteContext[] {
  const wanted = elements(context.parameters.mandatory("batchOrders"), "batchOrders");
  if (wanted.length === 0 || wanted.length > mostOrders) throw refusals.batchSize();
  return wanted.map((order) => {
    if (typeof order !== "object" || order === null) throw refusals.invalidParameter("batchOrders");
    const values = Object.entries(order).filter(([, value]) => value !== null && value !== undefined);
    return {
      ...context,
      parameters: new Parameters(new URLSearchParams(Object.fromEntries(values.map(([name, value]) => [name, String(value)])))),
    };
  });
}

/** Also in the lower case that other people's clients send. */
const listNames = [
  ["orderIdList", "orderId"],
  ["orderidlist", "orderId"],
  ["origClientOrderIdList", "origClientOrderId"],
  ["origclientorderidlist", "origClientOrderId"],
] as const;

function cancellationContexts(context: RouteContext): readonly RouteContext[] {
  const symbol = context.parameters.mandatory("symbol");
  const [name, single] = listNames.find(([list]) => context.parameters.text(list) !== undefined) ?? [];
  if (name === undefined || single === undefined) throw refusals.eitherOf("origClientOrderIdList", "orderIdList");
  const ids = elements(context.parameters.mandatory(name), name);
  if (ids.length === 0 || ids.length > mostCancellations) throw refusals.cancelSize();
  return ids.map((id) => ({ ...context, parameters: new Parameters(new URLSearchParams({ symbol, [single]: String(id) })) }));
}

/** Up to five orders, amendments or ten cancellations in one request, done in their order. */
export const batchRoutes: Routes = {
  "POST /fapi/v1/batchOrders": {
    access: "signed",
    weight: 5,
    orders: fiveOrders,
    answer: (context) => each(orderContexts(context), place),
  },
  "PUT /fapi/v1/batchOrders": {
    access: "signed",
    weight: 5,
    orders: fiveOrders,
    answer: (context) => each(orderContexts(context), amend),
  },
  "DELETE /fapi/v1/batchOrders": { access: "signed", weight: 1, answer: (context) => each(cancellationContexts(context), cancel) },
};
