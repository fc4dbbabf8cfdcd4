import { auditedControl } from "@winiswin/application/audit/audited-control";
import type { EmergencyContext } from "@winiswin/application/commands/command";
import { operatorName } from "@winiswin/application/commands/operator-name";
import type { DeferredCommand } from "@winiswin/application/ports/messages";
import { currentClock, currentLogger } from "../clock.ts";
import { audit } from "./audit.ts";
import { control } from "./control.ts";
import { eventBus } from "./events.ts";

/** What stopping needs, and no other code of ours: neither exchange nor strategies nor configuration can keep it from working. */
export const emergencyContext = ({ operator }: Pick<DeferredCommand, "operator">): EmergencyContext => ({
  clock: currentClock(),
  control: auditedControl(control(), audit, currentClock(), currentLogger(), operatorName(operator)),
  eventBus: eventBus(),
  logger: currentLogger(),
  operator,
});
