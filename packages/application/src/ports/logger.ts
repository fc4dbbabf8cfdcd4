export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Structured lines; fields never hold secrets. */
export interface Logger {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
