// Order ids of some symbols are beyond 2^53 and JSON.parse would round them; a key inside a string value ends in \" and does not match.
const bigIds = /("[A-Za-z]*[iI]d"\s*:\s*)(\d{16,})(?=\s*[,}\]])/g;

/** Parses a JSON text with the digits of large ids kept, as strings; gives the text back when it is no JSON. */
export function parseResponseBody(text: unknown): unknown {
  if (typeof text !== "string") return text;
  try {
    // Candle rows have no ids and are most of the traffic.
    return JSON.parse(text.startsWith("[[") ? text : text.replace(bigIds, '$1"$2"')) as unknown;
  } catch {
    return text;
  }
}
