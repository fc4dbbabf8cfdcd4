import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import { refusals } from "../matching/exchange-refusal.ts";
import type { Side } from "../matching/records.ts";

const decimalText = /^\d+(\.\d+)?$/;
const integerText = /^\d{1,19}$/;

/** The parameters of one request, read as the exchange reads them: each getter refuses what it would refuse. */
export class Parameters {
  private readonly values: URLSearchParams;

  constructor(values: URLSearchParams) {
    this.values = values;
  }

  /** Refuses a request that names a parameter twice. */
  requireSingle(): void {
    if (new Set(this.values.keys()).size !== this.values.size) throw refusals.duplicateParameter();
  }

  /** Empty counts as not sent. */
  text(name: string): string | undefined {
    return this.values.get(name) || undefined;
  }

  mandatory(name: string): string {
    const text = this.text(name);
    if (text === undefined) throw refusals.missing(name);
    return text;
  }

  integer(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (!integerText.test(text)) throw refusals.invalidParameter(name);
    return Number(text);
  }

  limit(standard: number, maximum: number): number {
    const limit = this.integer("limit") ?? standard;
    if (limit < 1 || limit > maximum) throw refusals.invalidParameter("limit");
    return limit;
  }

  /** Up to 64 bits, as digits. */
  identifier(name: string): string | undefined {
    const text = this.text(name);
    if (text !== undefined && !integerText.test(text)) throw refusals.invalidParameter(name);
    return text;
  }

  /** Exponents, signs and words are malformed. */
  decimal(name: string): DecimalValue | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (!decimalText.test(text)) throw refusals.missing(name);
    return decimal(text);
  }

  mandatoryDecimal(name: string): DecimalValue {
    const value = this.decimal(name);
    if (value === undefined) throw refusals.missing(name);
    return value;
  }

  flag(name: string): boolean {
    const text = this.text(name)?.toLowerCase();
    if (text === undefined) return false;
    if (text !== "true" && text !== "false") throw refusals.invalidParameter(name);
    return text === "true";
  }

  side(): Side {
    const side = this.mandatory("side").toUpperCase();
    if (side !== "BUY" && side !== "SELL") throw refusals.side();
    return side;
  }

  choice<Choice extends string>(name: string, choices: readonly Choice[], standard: Choice): Choice {
    const text = this.text(name)?.toUpperCase();
    if (text === undefined) return standard;
    const found = choices.find((choice) => choice === text);
    if (found === undefined) throw refusals.invalidParameter(name);
    return found;
  }

  clientId(name: string): string | undefined {
    const id = this.text(name);
    if (id === undefined) return undefined;
    if (id.length > 36) throw refusals.clientIdLength();
    if (!/^[.A-Z:/a-z0-9_-]{1,36}$/.test(id)) throw refusals.illegalParameter(name);
    return id;
  }
}
