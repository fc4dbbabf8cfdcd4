export { textMessageOf } from "./text-message.ts";
export { createTextMessageChannel, parsePhoneNumbers, type TextMessageSettings } from "./text-message-channel.ts";
