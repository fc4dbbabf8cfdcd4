export { type AllowedChats, parseAllowedChats } from "./allowed-chats.ts";
export { answerUpdate, type UpdateFront } from "./answer-update.ts";
export { deliverToTelegram, type TelegramDelivery } from "./deliver-answer.ts";
export { menuOf } from "./menu.ts";
export { renderView } from "./render-view.ts";
export { createTelegramApi, type TelegramApi } from "./telegram-api.ts";
export { createTelegramChannel } from "./telegram-channel.ts";
