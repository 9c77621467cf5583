import { expect, test } from 'vitest';
import { matchingName, organisationWords, sameOrganisation } from './organisation-name.ts';

test.each([
  ['Acme Devices', 'Acme Devices B.V.', true],
  ['Acme Devices', 'ACME DEVICES BV, head office', true],
  ['Acme Devices', 'ACMEDEVICES', true],
  ['Acme Devices', 'Acme', false],
  ['Acme', 'Acme Devices B.V.', true],
  ['Müller & Söhne GmbH', 'MUELLER UND SOEHNE', false],
  ['Müller & Söhne GmbH', 'Muller Sohne GmbH & Co. KG', true],
  ['Straßenbau Nord', 'STRASSENBAU NORD AG', true],
  ['Globex S.A.', 'Globex Corporation', true],
  ['Globex', 'Initech', false],
  ['The Network Company', 'Network Services Ltd', false],
  ['IT Solutions GmbH', 'IT Solutions Inc', false],
  ['AB', 'AB Volvo', false],
  ['Café Central', 'CAFE CENTRAL, WIEN', true],
  ['株式会社アクメ', '株式会社アクメ', true],
  ['', '', false],
])('%s and %s', (own, registered, same) => {
  expect(sameOrganisation(own, registered)).toBe(same);
});

test('words without dots, accents and legal forms', () => {
  expect(organisationWords("O'Brien & Sons, S. A. R. L.")).toEqual(['obrien', 'sons']);
});

test('the account by its name or by a verified domain', () => {
  const organisation = { name: 'AD Holding', domains: ['acme-devices.co.uk'] };
  expect(matchingName(organisation, ['Example Access', 'Acme Devices Ltd'])).toBe('Acme Devices Ltd');
  expect(matchingName(organisation, ['Example Access'])).toBeNull();
});
