// Customers write labels, purposes and reasons, and an operator's terminal would do what a control character in them says.

/** Controls but line end and tab, and the marks that break a line or turn the direction of text. */
const obeyed = /[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** Text that a terminal shows and does not obey. */
export function printable(text: string): string {
  return text.replace(obeyed, '\ufffd');
}

/** JSON that says the same and is as harmless: what `JSON.stringify` leaves as it is stands there as an escape. */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(
    obeyed,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Text of several lines behind `margin` spaces, so that none of them passes for a line of ours. */
export function hanging(text: string, margin: number): string {
  return text.split(/\r\n|[\r\n\u2028\u2029]/).join(`\n${' '.repeat(margin)}`);
}
