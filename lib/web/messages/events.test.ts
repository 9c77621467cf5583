import { expect, test } from 'vitest';
import { eventSentence, events } from './events.ts';

const { staff, system } = events.actors;

test.each([
  ['suspended', { cause: 'owner' }, 'Jo Reyes', 'Paused by Jo Reyes.'],
  ['restored', { lifted: ['owner'], left: [] }, 'Jo Reyes', 'Resumed by Jo Reyes.'],
  ['suspended', { cause: 'staff' }, staff, 'Suspended by support.'],
  ['restored', { lifted: ['staff'], left: [] }, staff, 'Restored by support.'],
  [
    'cause_lifted',
    { lifted: ['owner'], left: ['staff'] },
    'Jo Reyes',
    'Resumed by Jo Reyes, but still suspended.',
  ],
  [
    'cause_lifted',
    { lifted: ['staff'], left: ['owner'] },
    staff,
    'Restored by support, but still paused by the owner.',
  ],
  ['removed', { cause: 'abuse', reason: '' }, staff, 'Removed for abuse by support.'],
  ['removed', { cause: 'owner' }, 'Jo Reyes', 'Removed by Jo Reyes.'],
  ['rejected', {}, system, 'Rejected by the system.'],
])('%s of %j by %s', (kind, content, actor, says) => {
  expect(eventSentence(kind, content, actor).text).toBe(says);
});

test('what was passed over has the names that stand beside the evidence', () => {
  const content = { override: ['static', 'not_residential'] };
  expect(eventSentence('approval_recorded', content, 'Mara Lindt').text).toBe(
    'First of two approvals although not met: “Static”, “Not residential”.',
  );
});
