/** The value as JSON holds it: decimals as plain text, nothing undefined. */
export const plainDetails = (value: object): Readonly<Record<string, unknown>> => JSON.parse(JSON.stringify(value));
