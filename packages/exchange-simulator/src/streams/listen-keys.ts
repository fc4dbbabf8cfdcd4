import { createHash } from "node:crypto";

const validMs = 60 * 60_000;

/** The account's one key to its private stream: valid for an hour, and for another with each sign of life. */
export class ListenKeys {
  private current: { readonly key: string; readonly untilMs: number } | undefined;
  private issued = 0;
  private readonly identity: string;

  constructor(identity: string) {
    this.identity = identity;
  }

  /** The key that is valid, for another hour, or a new one. */
  open(nowMs: number): string {
    const key = this.isValid(this.current?.key, nowMs) ? this.current!.key : this.next();
    this.current = { key, untilMs: nowMs + validMs };
    return key;
  }

  /** Undefined when there is no key to prolong. */
  prolong(nowMs: number): string | undefined {
    if (this.current === undefined || nowMs >= this.current.untilMs) return undefined;
    this.current = { ...this.current, untilMs: nowMs + validMs };
    return this.current.key;
  }

  /** Whether there was one to close. */
  close(nowMs: number): boolean {
    const wasValid = this.isValid(this.current?.key, nowMs);
    this.current = undefined;
    return wasValid;
  }

  isValid(key: string | undefined, nowMs: number): boolean {
    return key !== undefined && key === this.current?.key && nowMs < this.current.untilMs;
  }

  /** 64 letters and digits, the same in a repeated run. */
  private next(): string {
    this.issued += 1;
    return createHash("sha256").update(`${this.identity}:listenKey:${this.issued}`).digest("hex");
  }
}
