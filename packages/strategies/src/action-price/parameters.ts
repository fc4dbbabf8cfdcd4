import * as z from "zod";
import { atrParameter, minimumScoreParameter, structureStopParameters, targetParameter } from "../parameter.ts";

/** Parameters of Action Price; points and ramps of its components are its definition and not among them. */
export const actionPriceParameters = z.strictObject({
  minimumScore: minimumScoreParameter(),
  strongScore: z.number().min(0).max(10).default(8).describe("Score from which a signal is called strong (points, 0 to 10)"),
  nearZoneAtr: atrParameter(0.25, "Distance from a zone that still counts as a visit"),
  ...structureStopParameters(0.1),
  widestStopPercent: z.number().min(0.1).max(50).default(5).describe("Widest stop that is still accepted (percent of the entry price)"),
  firstTargetMultiple: targetParameter(1),
  targetMultiple: targetParameter(2),
});

export type ActionPriceParameters = z.infer<typeof actionPriceParameters>;
