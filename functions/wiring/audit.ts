import { createAuditLog } from "@winiswin/storage/audit-log";
import { Resource } from "sst";
import { table } from "./control.ts";
import { once } from "./once.ts";

/** There is one so far; the configuration is not asked, because stopping must be audited without it. */
const onlyBot = "main";

/** One per process: it knows where the chain ends. */
export const audit = once(() => createAuditLog(table(Resource.Audit.name), table(Resource.Control.name), onlyBot));
