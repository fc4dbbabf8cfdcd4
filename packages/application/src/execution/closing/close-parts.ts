import { asQuantity, type Quantity } from "@winiswin/domain/decimal";
import type { ExecutionDependencies } from "../execution-dependencies.ts";

/** What is to be closed in orders that the symbol takes; one order for everything when the instruments cannot be had. */
export async function closeParts(
  symbol: string,
  quantity: Quantity,
  { instruments, logger }: Pick<ExecutionDependencies, "instruments" | "logger">,
): Promise<readonly Quantity[]> {
  try {
    const listed = await instruments.load();
    return partsOf(quantity, listed.find((instrument) => instrument.symbol === symbol)?.maxMarketQuantity);
  } catch (error) {
    logger.warn("instruments unknown", { reason: error instanceof Error ? error.message : String(error) });
    return [quantity];
  }
}

/** A quantity in orders that are no larger than the largest. */
function partsOf(quantity: Quantity, largest: Quantity | undefined): readonly Quantity[] {
  if (largest === undefined || largest.lte("0")) return [quantity];
  const parts: Quantity[] = [];
  let rest = quantity;
  for (; rest.gt(largest); rest = asQuantity(rest.minus(largest))) parts.push(largest);
  return [...parts, rest];
}
