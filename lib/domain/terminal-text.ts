import { steering } from './one-line.ts';

/** What a terminal obeys. Line end and tab are what text of several lines is made of. */
const obeyed = new RegExp(`(?![\\n\\t])${steering.source}`, 'gu');

/** Text that a terminal shows and does not obey: U+FFFD stands for what it would. */
export function printable(text: string): string {
  return text.replace(obeyed, '\ufffd');
}

/** JSON that says the same and is as harmless: what `JSON.stringify` leaves as it is stands there as an escape. */
export function escapeObeyed(json: string): string {
  return json.replace(obeyed, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
