/** The commands that are always one touch away; the labels are the commands themselves, so that a touch types them. */
export const persistentKeyboard = {
  keyboard: [
    ["/status", "/positions", "/balance"],
    ["/trades", "/signals", "/equity"],
    ["/pause", "/halt", "/help"],
  ].map((row) => row.map((text) => ({ text }))),
  is_persistent: true,
  resize_keyboard: true,
} as const;
