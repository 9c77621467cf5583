import { expect } from 'vitest';
import type { Database } from '../../db/client.ts';
import { createMailer } from '../adapters/mailer.ts';
import { type MailSink, startMailSink, type TakenMail } from '../adapters/testing/mail-sink.ts';
import type { MailOffice, MailSettings } from './mail-office.ts';
import { sendMail } from './send-mail.ts';

/** Settings for tests: an installation that nobody else shares. */
export function testMailSettings(given: Partial<MailSettings> & { dataDir: string }): MailSettings {
  return {
    portalUrl: 'https://portal.example',
    platformName: 'Example Mail',
    supportAddress: 'support@platform.example',
    smtpPublicName: 'smtp.platform.example',
    smtpPorts: [25, 587],
    smtpTlsPorts: [465],
    smtpNextHop: [],
    proofDomain: 'proof.platform.example',
    authSecret: 'a secret of some length, for tests',
    authSecretPrevious: null,
    ...given,
  };
}

/** An office whose next hops are these. */
export function testOffice(nextHops: readonly string[]): MailOffice {
  const settings = testMailSettings({ dataDir: '/nonexistent', smtpNextHop: nextHops });
  return {
    settings,
    secrets: { current: settings.authSecret, previous: null },
    mailer: createMailer({
      nextHops,
      maildir: '/nonexistent',
      from: { name: settings.platformName, address: settings.supportAddress },
    }),
  };
}

export type TestPost = {
  sink: MailSink;
  office: MailOffice;
  /** Sends what is due at that moment over SMTP; what the next hop took, in order. */
  deliver: (at: Date) => Promise<TakenMail[]>;
  close: () => Promise<void>;
};

/** A post of its own: outbox of this database, our sender, a real SMTP server that takes everything. */
export async function openTestPost(database: Database): Promise<TestPost> {
  const sink = await startMailSink();
  const office = testOffice([sink.url]);
  return {
    sink,
    office,
    deliver: async (at) => {
      const before = sink.taken.length;
      await sendMail({
        database,
        office,
        now: () => at,
        onFailure: (error) => {
          throw error;
        },
      });
      return sink.taken.slice(before);
    },
    close: async () => {
      office.mailer.close();
      await sink.close();
    },
  };
}

/** Every address that a text links to. */
export function linksIn(text: string): string[] {
  return [...text.matchAll(/https?:\/\/[^\s"'<>)]+/g)].map(([link]) => link.replaceAll('&amp;', '&'));
}

/** What holds for every mail, whatever it says. */
export function expectWellMade({ parsed, raw, from }: TakenMail): void {
  const html = parsed.html || '';
  const text = parsed.text ?? '';
  const what = parsed.subject ?? '';
  expect(what, 'a subject').toMatch(/\S/);
  expect(from).toBe('support@platform.example');
  expect(parsed.from?.value).toMatchObject([{ name: 'Example Mail', address: 'support@platform.example' }]);
  expect(parsed.headers.get('auto-submitted'), what).toBe('auto-generated');
  expect(parsed.messageId, what).toMatch(/^<[0-9a-f-]{36}@platform\.example>$/);
  expect(parsed.attachments).toEqual([]);
  // Nothing is fetched when it is read, and nothing tells that it was.
  expect(html, what).not.toMatch(/<img|\bsrc=|url\(|<script|@import|<link|background=/i);
  // Every link leads to the portal, and both parts have the same ones.
  const links = [...new Set(linksIn(html.replace(/<!DOCTYPE[^>]*>|xmlns="[^"]*"/g, '')))].sort();
  for (const link of links) expect(link, what).toMatch(/^https:\/\/portal\.example\//);
  expect([...new Set(linksIn(text))].sort(), what).toEqual(links);
  expect(`${html}${text}`, what).not.toMatch(/undefined|\[object|NaN|Invalid Date/);
  const header = raw.toString('latin1').replace(/\r\n[ \t]+/g, ' ');
  const offer = header.match(/^List-Unsubscribe: <(.*)>\r$/m)?.[1];
  expect(offer === undefined, `${what}: a way to turn it off, or why there is none`).toBe(
    /cannot be turned off|Daily digest/.test(text),
  );
}
