import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classifyHostName, explainName, type NameVerdict } from './dynamic-names.ts';
import { formatAddress } from './ip.ts';
import { isHeldBack } from './testdata/held-back.ts';
import { parseTable } from './testdata/parse-table.ts';

function read<Column extends string>(file: string): Record<Column, string>[] {
  return parseTable<Column>(readFileSync(new URL(`testdata/${file}`, import.meta.url), 'utf8'));
}

const collected = ['ptr-names.tsv', 'ptr-names-second.tsv'].flatMap((file) =>
  read<'hostname' | 'ip' | 'label'>(file),
);
const providers = read<'hostname' | 'ip' | 'label'>('ptr-shapes.tsv');
const shapes = read<'name' | 'expected'>('provider-name-shapes.tsv');

function share(rows: typeof collected, label: string, verdict: NameVerdict): number {
  const labelled = rows.filter((row) => row.label === label);
  const hits = labelled.filter(
    (row) => classifyHostName(row.hostname, row.ip === '' ? undefined : row.ip).verdict === verdict,
  );
  return hits.length / labelled.length;
}

describe('on the collected names', () => {
  test.each([
    ['tuned on', collected.filter((row) => !isHeldBack(row.hostname)), 120],
    ['held back', collected.filter((row) => isHeldBack(row.hostname)), 75],
    ['one name for each pattern of a public list', providers, 1_300],
  ])('%s: 97 % of pools are recognised', (_part, rows, least) => {
    expect(rows.filter((row) => row.label === 'residential-dynamic').length).toBeGreaterThan(least);
    expect(share(rows, 'residential-dynamic', 'dynamic')).toBeGreaterThanOrEqual(0.97);
  });

  test('at most 3 % of business lines are taken for a pool, and no mail cloud or rented machine', () => {
    expect(share(collected, 'static-business', 'dynamic')).toBeLessThanOrEqual(0.03);
    expect(share(collected, 'generic-hosting', 'dynamic')).toBe(0);
    expect(share(providers, 'static-business', 'dynamic')).toBe(0);
  });
});

test.each(shapes.map((row) => [row.name, row.expected]))('%s is %s', (name, expected) => {
  expect(classifyHostName(name).verdict).toBe(expected);
});

describe('the address in the name', () => {
  test.each([
    ['198-51-100-237.isp.example', '198.51.100.237'],
    ['237.100.51.198.isp.example', '198.51.100.237'],
    ['237.pool198-51-100.isp.example', '198.51.100.237'],
    ['n198x51x100x237.isp.example', '198.51.100.237'],
    ['x198051100237.isp.example', '198.51.100.237'],
    ['x237100051198.isp.example', '198.51.100.237'],
    ['a100-237.b198.c51.isp.example', '198.51.100.237'],
    ['xc63364ed.isp.example', '198.51.100.237'],
    ['c6-33-64-ed.isp.example', '198.51.100.237'],
    ['x3325256941.isp.example', '198.51.100.237'],
    ['19851100237.isp.example', '198.51.100.237'],
    ['2001-db8-85a3-0-0-8a2e-370-7334.isp.example', '2001:db8:85a3::8a2e:370:7334'],
    ['x20010db885a308d3.isp.example', '2001:db8:85a3:8d3::1'],
    ['2001-db8-85a3--7334.isp.example', '2001:db8:85a3::7334'],
    ['3.3.7.0.7.3.e.0.a.2.8.0.0.0.0.0.isp.example', '2001:db8:85a3:0:0:8a2e:370:7334'],
    ['a134136.isp.example', '198.51.134.136'],
    ['x.134-136.isp.example', '198.51.134.136'],
    ['node-c-8b22.isp.example', '198.51.139.34'],
    ['c-33c0ed.isp.example', '198.51.192.237'],
  ])('%s names %s', (name, address) => {
    const result = classifyHostName(name, address);
    expect(result.verdict).toBe('dynamic');
    expect(result.reasons.map((reason) => reason.code)).toContain('address_in_name');
  });

  test('octets are found in every order and with every separator', () => {
    const octet = fc.integer({ min: 10, max: 255 });
    const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 });
    const parts = fc.tuple(
      fc.tuple(octet, octet, octet, octet),
      order,
      fc.constantFrom('-', '.', '_', 'x', '-x'),
    );
    fc.assert(
      fc.property(parts, ([octets, places, separator]) => {
        const value = octets.reduce((sum, one) => sum * 256n + BigInt(one), 0n);
        const name = `${places.map((place) => octets[place]).join(separator)}.isp.example`;
        const result = classifyHostName(name, formatAddress({ family: 4, value }));
        expect(`${name} ${result.verdict}`).toBe(`${name} dynamic`);
      }),
    );
  });

  test.each([
    ['mx2.acme.example', '198.51.100.2'],
    ['mail10.acme.example', '198.51.10.10'],
    ['web1.dc2.acme.example', '198.51.1.2'],
    ['mail20.acme.example', '2001:db8::20'],
  ])('%s at %s only counts machines', (name, address) => {
    expect(classifyHostName(name, address).verdict).toBe('static');
  });

  test.each([
    ['rs6000.acmenet.example', '198.51.100.67'],
    ['ue250-1.lab.acme.example', '198.51.100.33'],
    ['fmta1-160.acme.example', '198.51.100.61'],
    ['820121.acme.example', '198.51.100.61'],
    ['as400.acme.example', '198.51.100.20'],
  ])('%s at %s has a number of its own, which makes no pool', (name, address) => {
    expect(classifyHostName(name, address).verdict).not.toBe('dynamic');
  });

  test('the last octet beside another sign counts, alone it does not', () => {
    expect(classifyHostName('p123.cable.isp.example', '198.51.100.123').verdict).toBe('dynamic');
    expect(classifyHostName('server-123.acme.example', '198.51.100.123').verdict).toBe('static');
  });
});

describe('words against words', () => {
  test.each<[string, NameVerdict]>([
    ['198-51-100-7.dynamic.isp.example', 'dynamic'],
    ['198-51-100-7.static.isp.example', 'static'],
    ['198-51-100-7.static.dynamic.isp.example', 'static'],
    ['198-51-100-7.pool.business.isp.example', 'static'],
    ['198-51-100-7.dyn.business.isp.example', 'unknown'],
    ['198-51-100-7.perm.isp.example', 'dynamic'],
    ['nat1.acme.example', 'unknown'],
    ['dynamics.acme.example', 'static'],
    ['liverpool.acme.example', 'static'],
    ['dialog2.acme.example', 'static'],
    ['host-198-51-100-7.school.edu', 'unknown'],
    ['dhcp-198-51-100-7.school.edu', 'dynamic'],
    ['mx-ll-198-51-100-7.dynamic.isp.example', 'dynamic'],
    ['gw-198-51-100-7.isp.example', 'dynamic'],
    ['mail-198-51-100-7.isp.example', 'unknown'],
    ['host230.net163.isp.example', 'dynamic'],
    ['unassigned-reverse-152.247.isp.example', 'dynamic'],
    ['web230.floor163.acme.example', 'static'],
    ['p17.adsl.pppool.example', 'dynamic'],
    ['198-51-100-7.novalocal', 'generic_hosting'],
  ])('%s is %s', (name, verdict) => {
    expect(classifyHostName(name).verdict).toBe(verdict);
  });

  test.each<[string, NameVerdict]>([
    ['einwahl-7.isp.example', 'dynamic'],
    ['198-51-100-7.dinamik.isp.example', 'dynamic'],
    ['198-51-100-7.kuandai.isp.example', 'dynamic'],
    ['198-51-100-7.abonado.isp.example', 'dynamic'],
    ['klant7-51.glasvezel.isp.example', 'dynamic'],
    ['198-51-100-7.valokuitu.isp.example', 'dynamic'],
    ['elofizeto-51-7.kabeltv.isp.example', 'dynamic'],
    ['198-51-100-7.sabit.isp.example', 'static'],
    ['198-51-100-7.kiintea.isp.example', 'static'],
    ['198-51-100-7.standleitung.isp.example', 'static'],
    ['198-51-100-7.pyme.isp.example', 'static'],
    ['198-51-100-7.zhuanxian.isp.example', 'static'],
    ['poczta.firma.example', 'static'],
    ['sunucu2.firma.example', 'static'],
  ])('in other languages: %s is %s', (name, verdict) => {
    expect(classifyHostName(name).verdict).toBe(verdict);
  });

  test.each([
    ['pool-198-51-100-7.acme.example', 'static'],
    ['dhcp-static-7.acme.example', 'static'],
    ['198-51-100-7.dyn.acme.example', 'unknown'],
    ['cgnat-4.acme.example', 'unknown'],
  ])('%s in an own domain is %s', (name, verdict) => {
    const result = classifyHostName(name, '198.51.100.7', ['acme.example']);
    expect(result).toMatchObject({ verdict, reasons: [{ code: 'own_domain' }, ...result.reasons.slice(1)] });
  });

  test('a name in an own domain is the own choice, one in a longer domain is not', () => {
    const name = '198-51-100-7.acme.example';
    expect(classifyHostName(name, '198.51.100.7', ['acme.example']).verdict).toBe('static');
    expect(classifyHostName(name, '198.51.100.7', ['me.example']).verdict).toBe('dynamic');
  });
});

describe('hostile text', () => {
  test.each([
    '',
    '.',
    'localhost',
    '198.51.100.7',
    '7.100.51.198.in-addr.arpa',
    'a..example',
    '<script>alert(1)</script>.example',
    'static.example\u0000.dynamic.isp.example',
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(130)}example`,
  ])('%j is no host name, and unknown', (text) => {
    const result = classifyHostName(text, '198.51.100.7', ['example']);
    expect(result).toMatchObject({ verdict: 'unknown', reasons: [{ code: 'not_a_host_name' }] });
    expect(result.reasons[0]?.text.length).toBeLessThanOrEqual(80);
  });

  test('any text has a verdict, the same in upper case and with a final dot', () => {
    const label = fc.string({
      unit: fc.constantFrom(...'abcdef0123456789-_xyz'),
      minLength: 1,
      maxLength: 40,
    });
    const name = fc
      .array(label, { minLength: 1, maxLength: 5 })
      .map((labels) => `${labels.join('.')}.example`);
    fc.assert(
      fc.property(fc.oneof(name, fc.string()), (text) => {
        const result = classifyHostName(text);
        expect(['dynamic', 'static', 'generic_hosting', 'unknown']).toContain(result.verdict);
        if (result.reasons[0]?.code === 'not_a_host_name') return;
        expect(classifyHostName(`${text.toUpperCase().replace(/\.$/, '')}.`)).toEqual(result);
      }),
    );
  });
});

test('says why', () => {
  expect(explainName(classifyHostName('c-198-51-100-7.dyn.provider.example'))).toBe(
    'it says `dyn`; it contains the address, `198-51-100-7`',
  );
  expect(explainName(classifyHostName('198-51-100-7.static.provider.example'))).toMatch(
    /^it says `static`; /,
  );
  expect(explainName(classifyHostName('mail.acme.example'))).toBe('it says what the machine is for: `mail`');
});
