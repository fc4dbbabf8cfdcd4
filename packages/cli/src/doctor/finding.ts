/** The answer of one check. */
export interface Finding {
  readonly check: string;
  readonly level: "ok" | "warning" | "problem";
  /** What was found. */
  readonly detail: string;
  /** What to do; undefined when there is nothing to do. */
  readonly advice: string | undefined;
}

export const ok = (check: string, detail: string): Finding => ({ check, level: "ok", detail, advice: undefined });
export const warning = (check: string, detail: string, advice: string): Finding => ({ check, level: "warning", detail, advice });
export const problem = (check: string, detail: string, advice: string): Finding => ({ check, level: "problem", detail, advice });
