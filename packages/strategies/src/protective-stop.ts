export { protectiveStop, type StopRule } from "@winiswin/domain/exit/protective-stop";
