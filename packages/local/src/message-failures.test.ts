import { expect, test } from "vitest";
import { createMessageFailures } from "./message-failures.ts";

test("the first line of what a handler logged about a message is its reason, told once", () => {
  const failures = createMessageFailures();

  failures.heard("message failed", { messageId: "a", reason: "Error: the table is gone\n    at somewhere" });
  failures.heard("message failed", { messageId: "b", reason: "ExchangeError: busy" });
  failures.heard("something else", { messageId: "c", reason: "no failure" });
  failures.heard("message failed", { reason: "of nothing" });

  expect(failures.reasonOf("a")).toBe("the table is gone");
  expect(failures.reasonOf("a")).toBeUndefined();
  expect(failures.reasonOf("b")).toBe("ExchangeError: busy");
  expect(failures.reasonOf("c")).toBeUndefined();
});
