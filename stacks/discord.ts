import { consume, createFunction } from "./function.ts";

export const discordInteractions = createFunction("discordInteractions");

export const answerCommand = consume("CommandQueue");
