import { expect, test } from 'vitest';
import { mailPaths } from '../../../components/emails/mail-links.ts';
import { paths } from '../../../lib/web/paths.ts';

// Mail is made where the portal's own paths are out of reach. Here both are in sight.

const odd = ['acme-production', 'a b/c?d#e', '..', 'ü'];

test.each(Object.keys(mailPaths) as (keyof typeof mailPaths)[])(
  '%s leads where the portal has it',
  (name) => {
    for (const [index, first] of odd.entries()) {
      const second = odd[index - 1] ?? 'x';
      const ofMail = mailPaths[name] as (...parts: string[]) => string;
      const ofPortal = paths[name] as (...parts: string[]) => string;
      const parts = [first, second].slice(0, ofMail.length);
      expect(ofMail(...parts)).toBe(ofPortal(...parts));
    }
  },
);
