import { signedFetch } from "./signed-fetch.ts";

/** One text message by Amazon SNS, as important (`Transactional`: reliable before cheap). */
export async function publishTextMessage(phoneNumber: string, text: string): Promise<void> {
  const endpoint = process.env.AWS_ENDPOINT_URL_SNS || `https://sns.${process.env.AWS_REGION}.amazonaws.com`;
  const body = new URLSearchParams({
    Action: "Publish",
    Version: "2010-03-31",
    PhoneNumber: phoneNumber,
    Message: text,
    "MessageAttributes.entry.1.Name": "AWS.SNS.SMS.SMSType",
    "MessageAttributes.entry.1.Value.DataType": "String",
    "MessageAttributes.entry.1.Value.StringValue": "Transactional",
  }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
  const response = await signedFetch("sns", { method: "POST", url: `${endpoint}/`, headers, body });
  const answer = await response.text();
  if (!response.ok) throw new Error(`SNS refused with status ${response.status}: ${/<Message>([^<]*)/.exec(answer)?.[1] ?? ""}`);
}
