export { createProgram, type ProgramCommands, type RunChosen } from "./program.ts";
