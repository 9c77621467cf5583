import type { MailSettings } from './mail-office.ts';

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
