import { expect, test } from 'vitest';
import { z } from 'zod';
import { scopeFields, scopeOfForm } from './scope-fields.ts';

const schema = z.object(scopeFields);
const form = {
  senders: 'all',
  recipient_domains: '',
  tls: 'offered',
  messages_per_hour: '',
  recipients_per_message: '100',
  message_bytes: '26214400',
};

test('a form as it is first shown asks for all that the server and the plan give', () => {
  expect(scopeOfForm(schema.parse(form))).toEqual({
    senderDomains: null,
    recipientDomains: null,
    tls: 'offered',
    messagesPerHour: null,
    recipientsPerMessage: 100,
    messageBytes: 26_214_400,
    rarelySends: false,
  });
});

test('lists are read as people type them', () => {
  const filled = {
    ...form,
    senders: 'some',
    sender_domains: ['acme.example', 'acme.test'],
    recipient_domains: ' Partner.example,\n other.example ; third.example\n',
    messages_per_hour: ' 50 ',
  };
  expect(scopeOfForm(schema.parse(filled))).toMatchObject({
    senderDomains: ['acme.example', 'acme.test'],
    recipientDomains: ['partner.example', 'other.example', 'third.example'],
    messagesPerHour: 50,
  });
});

test.each([
  ['recipient_domains', 'jo@partner.example'],
  ['recipient_domains', 'localhost'],
  ['messages_per_hour', 'many'],
  ['messages_per_hour', '0'],
  ['messages_per_hour', '-5'],
  ['recipients_per_message', ''],
  ['recipients_per_message', '1001'],
  ['message_bytes', '12'],
])('%s: %j is said at its field', (field, value) => {
  const parsed = schema.safeParse({ ...form, [field]: value });
  expect(parsed.error?.issues.map((issue) => issue.path[0])).toEqual([field]);
});
