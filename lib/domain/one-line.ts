/**
 * What breaks a line, or cannot be seen and steers whatever shows the text: controls, the separators of lines and
 * paragraphs, the marks that turn its direction. The joiners are left: Persian is written with them.
 */
export const steering = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const steeringRuns = new RegExp(`${steering.source}+`, 'gu');

/** Whether what somebody has typed is one line that reads as it stands, also among other words. */
export function isOneLine(text: string): boolean {
  return !steering.test(text);
}

/** The same text as one line: what may break or turn it becomes a space. */
export function oneLine(text: string): string {
  return text.replace(steeringRuns, ' ').trim();
}

/** What strangers wrote as one line, without anything that cannot be seen: it stands among words of ours. */
export function visibleLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
