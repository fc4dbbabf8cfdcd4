import { z } from "zod";

const realMs = z.number().min(0).max(600_000);
const executed = z.boolean().default(false);

/** One way in which a request goes wrong. */
const faultUnion = z.discriminatedUnion("kind", [
  /** Real milliseconds on the way in (the request may be too old when it arrives) or on the way back. */
  z.strictObject({ kind: z.literal("delay"), ms: realMs, way: z.enum(["in", "back"]).default("back") }),
  /** The connection closes and nothing was executed. */
  z.strictObject({ kind: z.literal("lostRequest") }),
  /** Executed, then the connection closes. */
  z.strictObject({ kind: z.literal("lostResponse") }),
  /** A TCP reset in place of an answer. */
  z.strictObject({ kind: z.literal("reset"), executed }),
  /** No answer at all, until the client gives up. */
  z.strictObject({ kind: z.literal("silence"), executed }),
  /** 503 "Unknown error": nobody knows whether it was executed. */
  z.strictObject({ kind: z.literal("unknownError"), executed }),
  /** 503 "Service Unavailable": not executed. */
  z.strictObject({ kind: z.literal("serviceUnavailable") }),
  /** 503 -1008: not executed; what only reduces, closes or cancels is let through. */
  z.strictObject({ kind: z.literal("overload") }),
  /** 503 -1001 "Internal error": a failure, as documented. */
  z.strictObject({ kind: z.literal("internalError"), executed }),
  /** 408 -1007. */
  z.strictObject({ kind: z.literal("backendTimeout"), executed }),
  /** Executed, but reads tell the state before it for so many milliseconds of exchange time, and orders that need the position refuse. */
  z.strictObject({ kind: z.literal("lateVisibility"), ms: z.int().positive() }),
  /** Executed twice, as by a proxy that sends again; the client sees one of the two answers. */
  z.strictObject({ kind: z.literal("duplicateDelivery"), answer: z.enum(["first", "second"]).default("second") }),
  /** The exchange's clock is off by so much for this request: positive is ahead. */
  z.strictObject({ kind: z.literal("clockSkew"), ms: z.int() }),
  /** 429 or 418 to everything until it ends; whoever sends on during a 429 is banned with 418, twice as long each time. */
  z.strictObject({
    kind: z.literal("ban"),
    status: z.union([z.literal(429), z.literal(418)]).default(429),
    ms: z
      .int()
      .positive()
      .max(3 * 86_400_000)
      .default(60_000),
    /** Where the end is stated; a 429 of the real exchange states it in neither place. */
    states: z.enum(["both", "message", "header", "neither"]).default("both"),
  }),
  /** 403 as an HTML page, from the firewall in front of the exchange. */
  z.strictObject({ kind: z.literal("firewall") }),
  /** 451, from a country that is not served. */
  z.strictObject({ kind: z.literal("region") }),
  /** Any answer: a code with its message, or a text that is no JSON. */
  z.strictObject({
    kind: z.literal("answer"),
    status: z.int().min(200).max(599).default(400),
    code: z.int().optional(),
    msg: z.string().optional(),
    text: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    executed,
  }),
]);

export type Fault = z.output<typeof faultUnion>;

/** A fault without settings may be given by its name alone. */
const fault = z.preprocess((given) => (typeof given === "string" ? { kind: given } : given), faultUnion);

const instant = z.union([z.int().nonnegative(), z.iso.datetime().transform((text) => Date.parse(text))]);

const faultRule = z
  .strictObject({
    /** "METHOD /path", where * stands for anything: "POST /fapi/v1/order", "* /fapi/*". */
    on: z.string().regex(/^(\*|[A-Z]+) \/\S*$/, 'must be a method and a path such as "POST /fapi/v1/order", with * for anything'),
    /** Only when these parameters have these values, where * stands for anything; of a batch one of its orders must have them all. */
    when: z.record(z.string(), z.string()).default({}),
    /** Only from the first instant until just before the second, in exchange time: ISO texts or milliseconds. */
    between: z.tuple([instant, instant]).optional(),
    /** Only the nth matching request. */
    nth: z.int().positive().optional(),
    /** Every nth matching request. */
    every: z.int().positive().optional(),
    /** Each matching request with this probability. */
    probability: z.number().min(0).max(1).optional(),
    /** At most so many times in all. */
    atMost: z.int().positive().optional(),
    fault,
  })
  .refine(({ nth, every, probability }) => [nth, every, probability].filter((one) => one !== undefined).length <= 1, {
    message: "gives more than one of nth, every and probability",
  });

export type FaultRule = z.output<typeof faultRule>;

export const faultPlanSchema = z.strictObject({
  /** What chance is drawn from; a random one is taken, and told, when there is none. */
  seed: z.union([z.int(), z.string().min(1)]).optional(),
  rules: z.array(faultRule).max(1_000).default([]),
});

export type FaultPlan = z.output<typeof faultPlanSchema>;
/** A plan as it is written in JSON. */
export type FaultPlanInput = z.input<typeof faultPlanSchema>;

/** Parses a plan; throws Error with one sentence that names the wrong place. */
export function parseFaultPlan(plan: unknown): FaultPlan {
  const parsed = faultPlanSchema.safeParse(plan);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const where = issue.path.length > 0 ? issue.path.join(".") : "the plan";
  throw new Error(`The fault plan is wrong: ${where}: ${issue.message}.`);
}
