/** The parameters of a request; of a batch those of each order in it, with what the batch itself says. */
export function partsOf(parameters: URLSearchParams): readonly URLSearchParams[] {
  const batch = parameters.get("batchOrders");
  if (batch === null) return [parameters];
  let orders: unknown;
  try {
    orders = JSON.parse(batch);
  } catch {
    return [parameters];
  }
  if (!Array.isArray(orders) || orders.length === 0) return [parameters];
  return orders.map((order: unknown) => {
    const part = new URLSearchParams(parameters);
    for (const [name, value] of Object.entries(order ?? {})) part.set(name, String(value));
    return part;
  });
}
