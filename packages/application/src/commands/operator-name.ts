import type { Operator } from "../ports/messages.ts";

/** How a person stands in records, like "discord:112233": the same on every day and in every table. */
export const operatorName = ({ platform, id }: Pick<Operator, "platform" | "id">): string => `${platform}:${id}`;
