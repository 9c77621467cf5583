import { describe, expect, test } from 'vitest';
import { refusalNumbers } from './refusal-codes.ts';
import { passedOnReply, refusalReply, type SmtpRefusal, smtpRefusals } from './smtp-replies.ts';

const facts = {
  reference: 'PX-0123456789ABCDEFGHJKMNPQRSTVWXYZ',
  address: '203.0.113.5',
  portalUrl: 'https://portal.example',
};
const rules = Object.keys(smtpRefusals) as SmtpRefusal[];

/** The contract, row by row. */
const contract: [SmtpRefusal, string][] = [
  ['not_whitelisted', '530 5.7.0'],
  ['suspended', '550 5.7.1'],
  ['removed_for_abuse', '550 5.7.1'],
  ['lapsed', '451 4.7.0'],
  ['cancelled', '550 5.7.1'],
  ['sender_out_of_scope', '550 5.7.1'],
  ['header_from_out_of_scope', '550 5.7.1'],
  ['recipient_out_of_scope', '550 5.7.1'],
  ['tls_required', '530 5.7.0'],
  ['rate_exceeded', '451 4.7.0'],
  ['held_by_node', '451 4.7.0'],
  ['too_many_recipients', '452 4.5.3'],
  ['message_too_large', '552 5.3.4'],
  ['header_too_large', '552 5.3.4'],
  ['credentials_wrong', '535 5.7.8'],
  ['credentials_not_checked', '454 4.7.0'],
  ['auth_before_tls', '538 5.7.11'],
  ['copy_too_old', '451 4.3.0'],
  ['report_not_kept', '451 4.3.0'],
  ['next_hop_away', '451 4.4.1'],
  ['removed_while_open', '421 4.7.0'],
  ['too_many_commands', '421 4.7.0'],
  ['too_busy', '421 4.3.2'],
  ['sign_in_needed', '530 5.7.0'],
  ['address_needed', '550 5.7.1'],
  ['sign_in_ended', '421 4.7.0'],
  ['command_bytes', '500 5.5.2'],
  ['body_bytes', '554 5.6.0'],
  ['stuffed_bytes', '554 5.5.1'],
];

test.each(contract)('%s is %s', (rule, codes) => {
  expect(refusalReply(rule, facts)).toMatch(new RegExp(`^${codes} PX-[0-9A-Z]+ `));
});

describe.each(rules)('%s', (rule) => {
  const reply = refusalReply(rule, facts);

  test('has a number, and classes that agree', () => {
    expect(refusalNumbers[rule]).toBeGreaterThan(0);
    expect(reply[0]).toBe(reply[4]);
    expect(reply[0]).toMatch(/[45]/);
  });

  test('begins with the reference, names the address and the page, in printable ASCII', () => {
    expect(reply).toMatch(/^\d{3} \d\.\d+\.\d+ PX-\S+ [ -~]+$/);
    expect(reply).toContain(' Your address: 203.0.113.5. ');
    expect(reply).toMatch(/ See https:\/\/portal\.example\/refused\/PX-0123456789ABCDEFGHJKMNPQRSTVWXYZ$/);
  });

  test('stays within 512 octets with the longest address, reference and portal', () => {
    const longest = {
      reference: `PX-${'Z'.repeat(76)}`,
      address: '2001:db8:1111:2222:3333:4444:5555:6666',
      portalUrl: `https://${'long.'.repeat(30)}example`,
    };
    const line = refusalReply(rule, longest);
    expect(line.length).toBeLessThanOrEqual(510);
    expect(line).toContain(longest.address);
    expect(line).toContain(`${longest.portalUrl}/refused/${longest.reference}`);
    expect(refusalReply(rule, { ...longest, portalUrl: 'x'.repeat(900) }).length).toBeLessThanOrEqual(510);
  });
});

test('a client without an address is told so', () => {
  expect(refusalReply('not_whitelisted', { ...facts, address: null })).toContain(
    'Your address is not known.',
  );
});

test('numbers are never used twice', () => {
  expect(new Set(Object.values(refusalNumbers)).size).toBe(Object.keys(refusalNumbers).length);
});

test.each([
  [550, '5.1.1', '550 5.1.1 ', 'This mailbox does not exist'],
  [452, '4.2.2', '452 4.2.2 ', 'This mailbox is full'],
  [550, '5.6.3', '550 5.6.3 ', 'takes no 8-bit messages'],
  [554, null, '554 5.0.0 ', 'has refused this'],
  [450, '5.1.1', '450 4.0.0 ', 'has refused this'],
  [550, '5.9.99', '550 5.9.99 ', 'has refused this'],
])('a refusal of the next hop keeps its code: %i %s', (code, enhanced, start, words) => {
  const reply = passedOnReply(code, enhanced, facts);
  expect(reply.startsWith(`${start}PX-`)).toBe(true);
  expect(reply).toContain(words);
});
