/** What a terminal obeys: controls but line end and tab, and the marks that break a line or turn the direction of text. */
const obeyed = /[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** Text that a terminal shows and does not obey: U+FFFD stands for what it would. */
export function printable(text: string): string {
  return text.replace(obeyed, '\ufffd');
}

/** JSON that says the same and is as harmless: what `JSON.stringify` leaves as it is stands there as an escape. */
export function escapeObeyed(json: string): string {
  return json.replace(obeyed, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
