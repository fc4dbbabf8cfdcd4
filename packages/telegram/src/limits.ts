/** What Telegram takes at most: characters of a text and of a caption, bytes of a button's data, buttons. */
export const limits = { text: 4096, caption: 1024, callbackData: 64, buttons: 100, buttonText: 64 } as const;
