import type { Sentence } from '../messages/requirements.ts';

/** A sentence that a page sets in three parts, as one text: what we saw, the decisive value, what to do. */
export function sentenceText({ saw, value, next }: Sentence): string {
  return [value === undefined ? saw : withValue(saw, value), next].filter(Boolean).join(' ');
}

function withValue(saw: string, value: string): string {
  if (saw.endsWith(':')) return `${saw} ${value}.`;
  return saw.endsWith('.') ? `${saw.slice(0, -1)}: ${value}.` : `${saw} ${value}.`;
}
