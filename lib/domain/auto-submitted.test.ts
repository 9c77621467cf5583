import { expect, test } from 'vitest';
import { automaticCause } from './auto-submitted.ts';
import { readHeaderSection } from './header-section.ts';

const causeOf = (field: string) => {
  const section = readHeaderSection(`From: a@acme.example\r\n${field}\r\nSubject: proof\r\n`);
  return section.ok ? automaticCause(section.fields) : section.code;
};

test.each([
  ['Auto-Submitted: auto-replied', 'auto_submitted'],
  ['auto-submitted: AUTO-GENERATED; x=y', 'auto_submitted'],
  ['Auto-Submitted:', 'auto_submitted'],
  ['Auto-Submitted: no', null],
  ['Auto-Submitted: no (really)', null],
  ['Precedence: bulk', 'precedence'],
  ['Precedence: Auto_Reply', 'precedence'],
  ['Precedence: junk', 'precedence'],
  ['Precedence: list', 'precedence'],
  ['Precedence: first-class', null],
  ['List-Id: <x.example>', 'mailing_list'],
  ['List-Unsubscribe: <mailto:x@x.example>', 'mailing_list'],
  ['Mailing-List: x', 'mailing_list'],
  ['X-Autoreply: yes', 'auto_response_header'],
  ['X-Autorespond: x', 'auto_response_header'],
  ['X-Auto-Response-Suppress: All', 'auto_response_header'],
  ['X-Failed-Recipients: x@x.example', 'auto_response_header'],
  ['Return-Path: <>', 'null_return_path'],
  ['Return-Path: <a@acme.example>', null],
  ['Content-Type: multipart/report; report-type=delivery-status', 'report'],
  ['Content-Type: text/plain', null],
  ['X-Mailer: Scanner 2000', null],
])('%s', (field, cause) => {
  expect(causeOf(field)).toBe(cause);
});
