import { describe, expect, test } from 'vitest';
import type { TemplateKind } from '../../lib/domain/mail-kinds.ts';
import type { MailContent } from '../../lib/domain/mail-values.ts';
import { sampleContext } from './mail-sample-values.ts';
import { mailSamples } from './mail-samples.ts';
import { shades, tones } from './mail-style.ts';
import { renderMail } from './render-mail.tsx';

type Sample = [kind: TemplateKind, name: string, content: MailContent];
const samples = Object.entries(mailSamples).flatMap(([kind, byName]) =>
  Object.entries(byName).map(([name, content]): Sample => [kind as TemplateKind, name, content]),
);

const hostile =
  '"><script>alert(1)</script><img src=x> https://evil.example/\r\nBcc: x@y.example \u202e{{name}} %s';

test.each(samples)('%s, %s: a subject that says it, and both parts', async (kind, _name, content) => {
  const { subject, html, text } = await renderMail(kind, content, sampleContext);
  expect(subject.length).toBeGreaterThan(10);
  expect([...subject].length).toBeLessThanOrEqual(140);
  expect(text.split('\n').every((line) => line.length <= 78 || line.includes('http'))).toBe(true);
  expect(html).toContain(`<title>${subject.replaceAll('&', '&amp;')}</title>`);
  expect(html.length, 'clients cut long mail').toBeLessThan(60_000);
  // What has a light ground in its style has a class by which it gets a dark one.
  for (const [tag] of html.matchAll(/<[a-z0-9]+ [^>]*background-color:[^>]*>/g)) {
    expect(tag).toMatch(/class="[^"]*\b(page|surface|sunken|action|fill-force|soft-\w+)\b/);
  }
  for (const words of [subject, text]) {
    expect(words).not.toMatch(/oops|please note|invalid input|!|undefined|null|NaN/i);
  }
});

test.each(['warned', 'throttled'] as const)('%s promises no end that only a person decides', async (kind) => {
  for (const content of Object.values(mailSamples[kind])) {
    const text = (await renderMail(kind, content, sampleContext)).text.replaceAll('\n', ' ');
    expect(text).toMatch(/may be suspended or removed/);
    expect(text).not.toMatch(/\b(is|then) (suspended|removed)/);
  }
});

test('a takeover promises its holder no more than it does, and says what remains to them', async () => {
  const words = async (kind: 'takeover' | 'removed', name: string) => {
    const content = mailSamples[kind][name];
    if (content === undefined) throw new Error('no sample');
    return (await renderMail(kind, content, sampleContext)).text.replaceAll('\n', ' ');
  };
  const asked = await words('takeover', 'takeover');
  expect(asked).not.toContain('it stays yours');
  expect(asked).toContain('or say on its page why it is still yours');
  expect(await words('removed', 'after a takeover')).toContain('answer this mail with what shows it');
});

test('what is out of force hears what its devices hear, and until when it can be renewed', async () => {
  const words = async (name: string) => {
    const content = mailSamples.out_of_force[name];
    if (content === undefined) throw new Error('no sample');
    return (await renderMail('out_of_force', content, sampleContext)).text.replaceAll(/\s+/g, ' ');
  };
  // The nodes answer 451 to the one, and 550 to the other.
  expect(await words('many lapsed')).toContain('told to come back later');
  for (const name of ['suspended by support', 'paused by an owner', 'evidence has changed']) {
    expect(await words(name), name).toContain('mail from there is refused');
    expect(await words(name), name).not.toContain('come back later');
  }
  expect(await words('evidence has changed')).not.toContain('confirm it');
  expect(await words('renewal overdue')).toContain(
    'After 20 December 2026 what is not renewed expires and has to be asked for anew.',
  );
  expect(await words('renewal overdue')).not.toContain('Nothing has to be asked for again');
  expect(await words('many overdue')).toContain('/account/renewals');
});

test('the fuse tells apart what had gone and what it holds, also where nobody would go out of force', async () => {
  const of = (values: object) =>
    renderMail('fuse', { values } as MailContent<'fuse'>, sampleContext).then(({ subject, text }) => ({
      subject,
      text: text.replaceAll(/\s+/g, ' '),
    }));
  const facts = { cause: 'ladder', affected: 21, limit: 20, total: 100, at: '2026-12-04T12:02:00.000Z' };
  const gone = await of({ ...facts, effect: 'out_of_force', gone: 20, minutes: 10 });
  expect(gone.subject).toBe('The fuse holds: 20 entries have gone out of force, more are held');
  expect(gone.text).toMatch(
    /Gone already:? 20 Held first:? 1 At most in 10 minutes:? 20 In force before:? 100/,
  );
  const warned = await of({ ...facts, effect: 'warned', gone: 0 });
  expect(warned.subject).toBe('The fuse holds: 21 entries would be warned about');
  expect(warned.text).not.toMatch(/out of force/);
});

test('a digest leads to each thing that it names, and does not say that nothing has a date', async () => {
  const content = mailSamples.digest.digest;
  if (content === undefined) throw new Error('no sample');
  const { text } = await renderMail('digest', content, sampleContext);
  const flat = text.replaceAll(/\s+/g, ' ');
  const { portalUrl } = sampleContext;
  expect(flat).toContain(`Renew 45.81.90.2 by 20 December 2026 <${portalUrl}/account/renewals>`);
  expect(flat).toContain(`2 addresses are in force again <${portalUrl}/servers/acme-production/whitelist>`);
  expect(flat).toContain(`Question about 45.80.12.9 <${portalUrl}/servers/acme-production/whitelist/`);
  expect(flat).toContain('what waits for an answer here may have a date');
});

describe('what others wrote', () => {
  const { entry } = mailSamples.question.question ?? {};
  if (entry == null) throw new Error('no sample');
  const content: MailContent<'question'> = {
    account: { slug: 'acme', name: hostile },
    entry: { ...entry, label: hostile, requestedBy: hostile },
    values: { question: hostile, endsAt: '2026-12-04T12:02:00.000Z' },
  };

  test('is text: no tag, no picture, no script', async () => {
    const { html } = await renderMail('question', content, sampleContext);
    expect(html).not.toMatch(/<script|<img/i);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    // Only our own links are links.
    expect([...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)).not.toContain(
      'https://evil.example/',
    );
  });

  test('adds no line to a subject', async () => {
    const answer = { ...content, values: { answer: 'Yes.', by: hostile } };
    const { subject } = await renderMail('answer', answer, sampleContext);
    expect(subject).not.toMatch(/[\r\n\u202e]/);
    expect([...subject].length).toBeLessThanOrEqual(140);
  });

  test('stays beneath a sign that it is quoted', async () => {
    const { text } = await renderMail('question', content, sampleContext);
    expect(text).toMatch(/^> "><script>/m);
    expect(text).toMatch(/^> Bcc: x@y\.example/m);
    expect(text).not.toMatch(/^Bcc:/m);
  });
});

test('a thousand addresses are one mail that names fifty', async () => {
  const [one] = mailSamples.renew.many?.values.items ?? [];
  if (one === undefined) throw new Error('no sample');
  const items = Array.from({ length: 1000 }, (_, index) => ({
    ...one,
    id: `${index}`,
    network: `45.1.${index}.0/24`,
  }));
  const content = { account: { slug: 'acme', name: 'Acme' }, entry: null, values: { items } };
  const { subject, text, html } = await renderMail('renew', content, sampleContext);
  expect(subject).toMatch(/^Renew 1,000 addresses/);
  expect(text).toContain('and 950 more');
  expect(html.length).toBeLessThan(60_000);
});

test('an entry that a kind needs and does not have is told, not shown as nothing', async () => {
  const content = { account: null, entry: null, values: { reason: 'x' } };
  await expect(renderMail('rejected', content, sampleContext)).rejects.toThrow('about an entry');
});

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((first, second) => first - second) as [
    number,
    number,
  ];
  return (light + 0.05) / (dark + 0.05);
}

describe.each(['light', 'dark'] as const)('contrast, %s', (scheme) => {
  const pairs: [string, string, string][] = [
    ...(['page', 'surface', 'sunken'] as const).flatMap((ground): [string, string, string][] => [
      [`ink on ${ground}`, shades.ink[scheme], shades[ground][scheme]],
      [`second ink on ${ground}`, shades.second[scheme], shades[ground][scheme]],
    ]),
    ...Object.entries(tones).flatMap(([name, { ink, soft }]): [string, string, string][] => [
      [`${name} on its soft ground`, ink[scheme], soft[scheme]],
      [`ink on soft ${name}`, shades.ink[scheme], soft[scheme]],
    ]),
    ['the action', shades.onAccent[scheme], tones.force.ink[scheme]],
  ];
  test.each(pairs)('%s', (_what, text, ground) => {
    expect(contrast(text, ground)).toBeGreaterThanOrEqual(4.5);
  });
});
