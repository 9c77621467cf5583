import { escapeObeyed } from '../../lib/domain/terminal-text.ts';

// Customers write labels, purposes and reasons, and an operator's terminal would do what a control character in them says.

export function printableJson(value: unknown, indent?: number): string {
  return escapeObeyed(JSON.stringify(value, null, indent));
}

/** Text of several lines behind `margin` spaces, so that none of them passes for a line of ours. */
export function hanging(text: string, margin: number): string {
  return text.split(/\r\n|[\r\n\u2028\u2029]/).join(`\n${' '.repeat(margin)}`);
}
