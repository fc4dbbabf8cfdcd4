import type { NotificationMemory, Repetition } from "@winiswin/application/ports/notifications";

export function inMemoryNotificationMemory(): NotificationMemory {
  const repetitions = new Map<string, Repetition>();
  const taken = new Map<string, readonly string[]>();
  const counts = new Map<string, number>();
  return {
    repetition: async (fingerprint) => repetitions.get(fingerprint),
    async keepRepetition(fingerprint, repetition) {
      repetitions.set(fingerprint, repetition);
    },
    takenBy: async (messageId) => new Set(taken.get(messageId)),
    async keepTaken(messageId, channels) {
      taken.set(messageId, channels);
    },
    async countTextMessage(month, cap) {
      const count = counts.get(month) ?? 0;
      if (count >= cap) return false;
      counts.set(month, count + 1);
      return true;
    },
  };
}
