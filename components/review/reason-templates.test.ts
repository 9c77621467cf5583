import { expect, test } from 'vitest';
import { reasonTemplates } from './reason-templates.ts';

test('what is not met or not known comes first, what is met is not spoken of', () => {
  const ids = reasonTemplates([
    { requirement: 'static', verdict: 'fail' },
    { requirement: 'dedicated', verdict: 'unknown' },
    { requirement: 'control', verdict: 'pass' },
    { requirement: 'paid_subscription', verdict: 'fail' },
  ]).map((template) => template.id);
  expect(ids.slice(0, 2)).toEqual(['static', 'dedicated']);
  expect(ids).not.toContain('control');
});
