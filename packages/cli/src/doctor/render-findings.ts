import type { Colours } from "../terminal.ts";
import type { Finding } from "./finding.ts";

/** A line each, the level in words, what to do behind it. */
export function findingLines(findings: readonly Finding[], colours: Colours): readonly string[] {
  const tones = { ok: colours.green, warning: colours.yellow, problem: colours.red };
  const widest = Math.max(...findings.map(({ check }) => check.length));
  const line = ({ check, level, detail, advice }: Finding) =>
    `${tones[level](level.padEnd(7))}  ${check.padEnd(widest)}  ${detail}${advice === undefined ? "" : `. ${advice}`}`;
  return [...findings.map(line), "", verdictOf(findings)];
}

function verdictOf(findings: readonly Finding[]): string {
  const count = (level: Finding["level"]) => findings.filter((finding) => finding.level === level).length;
  const [problems, warnings] = [count("problem"), count("warning")];
  if (problems > 0) return `${problems} to mend${warnings > 0 ? `, ${warnings} to know` : ""}.`;
  return warnings > 0 ? `Ready, with ${warnings} to know.` : "Ready.";
}
