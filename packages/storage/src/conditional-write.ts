import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";

/** True when the write happened, false when its condition did not hold; everything else is thrown. */
export async function conditionHeld(write: Promise<unknown>): Promise<boolean> {
  return (await unlessConditionFailed(write)) !== undefined;
}

/** The answer of the write, or undefined when its condition did not hold. */
export async function unlessConditionFailed<Output>(write: Promise<Output>): Promise<Output | undefined> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

interface UpdateInput {
  readonly UpdateExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Record<string, unknown>;
}

/** `SET` of several attributes; every name goes through a placeholder, because many plain words are reserved. Undefined ones are left out. */
export function settingAll(attributes: Readonly<Record<string, unknown>>): UpdateInput {
  const entries = Object.entries(attributes).filter(([, value]) => value !== undefined);
  return {
    UpdateExpression: `SET ${entries.map(([name]) => `#${name} = :${name}`).join(", ")}`,
    ExpressionAttributeNames: Object.fromEntries(entries.map(([name]) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(entries.map(([name, value]) => [`:${name}`, value])),
  };
}

/** The attributes that have a value: a missing attribute is how a table says undefined. */
export const definedOnly = (attributes: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
