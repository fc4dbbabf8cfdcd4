export { type AllowedPeople, parseAllowedPeople, permissionOf } from "./allowed-people.ts";
export { answerAsText } from "./answer-as-text.ts";
export { type DiscordDelivery, deliverToDiscord } from "./answer-deferred.ts";
export { answerInteraction, type InteractionAnswer, type InteractionFront } from "./answer-interaction.ts";
export { createCommandRegistration, registrationDifference } from "./command-registration.ts";
export { createDiscordApi, type DeliveryFailure, type DiscordApi } from "./discord-api.ts";
export { createDiscordChannel } from "./discord-channel.ts";
export { notificationOf, storyOf } from "./event-embed.ts";
export { parseDomainEvent } from "./parse-event.ts";
export { registrationOf } from "./registration.ts";
export { renderAnswer, renderEmbed, renderMessage } from "./render-embed.ts";
export { type InteractionRequest, verifyInteraction } from "./signature.ts";
export {
  generateInteractionKeys,
  type InteractionSender,
  publicKeyOf,
  type SignedInteraction,
  signatureHeaders,
  signedClick,
  signedInteraction,
} from "./signed-interaction.ts";
