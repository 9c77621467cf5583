/** What may break a line or turn the text around. The joiners are left: Persian is written with them. */
const unseen = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const unseenRuns = new RegExp(`${unseen.source}+`, 'gu');

/** Whether what somebody has typed is one line that reads as it stands, also among other words. */
export function isOneLine(text: string): boolean {
  return !unseen.test(text);
}

/** The same text as one line: what may break or turn it becomes a space. */
export function oneLine(text: string): string {
  return text.replace(unseenRuns, ' ').trim();
}
