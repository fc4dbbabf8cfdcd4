/**
 * What a caller may do after the exchange did not answer as hoped.
 *
 * `retryable`: nothing happened, the same request may be sent again. `fatal`: nothing happened and repeating it will not help.
 * `unknown`: it may have happened; ask before sending anything again. `banned`: nobody may send anything until `retryAtMs`.
 */
export type ExchangeErrorKind = "retryable" | "fatal" | "unknown" | "banned";

/** Thrown by reads of the exchange and carried by the outcomes of writes; its message never contains a key, a signature or a signed URL. */
export class ExchangeError extends Error {
  readonly kind: ExchangeErrorKind;
  /** The exchange's own code (-1021 ...) or the HTTP status when there was none. */
  readonly code: number | undefined;
  readonly retryAtMs: number | undefined;

  constructor(kind: ExchangeErrorKind, message: string, details: { code?: number; retryAtMs?: number; cause?: unknown } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "ExchangeError";
    this.kind = kind;
    this.code = details.code;
    this.retryAtMs = details.retryAtMs;
  }
}
