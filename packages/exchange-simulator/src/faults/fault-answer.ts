import { type Answer, jsonAnswer, pageAnswer } from "../http/answer.ts";
import type { Fault } from "./fault.ts";

const coded = (status: number, code: number, msg: string): Answer => jsonAnswer(status, JSON.stringify({ code, msg }));

const firewallPage =
  "<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body>\r\n<center><h1>403 Forbidden</h1></center>\r\n</body>\r\n</html>\r\n";

/** What the exchange says in place of its answer; undefined for faults that say nothing. */
export function answerOfFault(fault: Fault): Answer | undefined {
  switch (fault.kind) {
    case "unknownError":
      return jsonAnswer(503, JSON.stringify({ msg: "Unknown error, please check your request or try again later." }));
    case "serviceUnavailable":
      return jsonAnswer(503, JSON.stringify({ msg: "Service Unavailable." }));
    case "overload":
      return coded(
        503,
        -1008,
        "Request throttled by system-level protection. Reduce-only/close-position orders are exempt. Please try again.",
      );
    case "internalError":
      return coded(503, -1001, "Internal error; unable to process your request. Please try again.");
    case "backendTimeout":
      return coded(408, -1007, "Timeout waiting for response from backend server. Send status unknown; execution status unknown.");
    case "firewall":
      return pageAnswer(403, firewallPage);
    case "region":
      return coded(
        451,
        0,
        "Service unavailable from a restricted location according to 'b. Eligibility' in https://www.binance.com/en/terms. Please contact customer service if you believe you received this message in error.",
      );
    case "answer": {
      const { status, code, msg, text, headers } = fault;
      const answer = text === undefined ? jsonAnswer(status, JSON.stringify({ code, msg })) : pageAnswer(status, text);
      return headers === undefined ? answer : { ...answer, headers };
    }
    default:
      return undefined;
  }
}
