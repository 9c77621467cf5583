import type { Section } from './help.ts';

/** The terms that an owner accepts with a request, for the version that lib/domain/policy.ts names. */
export function termsSections({
  platform,
  coolDownDays,
}: {
  platform: string;
  coolDownDays: number;
}): readonly Section[] {
  return [
    {
      id: 'subject',
      title: '1. What these terms are about',
      blocks: [
        {
          kind: 'text',
          text: `${platform} takes mail without a password from an IP address that is whitelisted for one of your servers. An owner of your account accepts these terms for each address, on behalf of the organisation.`,
        },
      ],
    },
    {
      id: 'address',
      title: '2. The address',
      blocks: [
        {
          kind: 'text',
          text: 'You confirm, and keep true for as long as the address is whitelisted, that it is',
        },
        {
          kind: 'list',
          items: [
            'static: leased or owned by your organisation and used by it for a long time;',
            'dedicated: under the control of your organisation, and only your organisation sends mail from it;',
            'not shared with other people or organisations;',
            'not taken from address space for home connections.',
          ],
        },
        {
          kind: 'text',
          text: 'You remove the address, or tell support, as soon as one of these no longer holds: when a lease ends, when you move, when you change your provider.',
        },
      ],
    },
    {
      id: 'responsibility',
      title: '3. Responsibility',
      blocks: [
        {
          kind: 'text',
          text: 'Your organisation is responsible for every message that comes from the address, whoever or whatever has caused it, also when a device or network was broken into.',
        },
        {
          kind: 'text',
          text: 'You name a person who can be reached about the address. When that person leaves, another owner confirms the address within 30 days.',
        },
      ],
    },
    {
      id: 'checks',
      title: '4. Evidence and checks',
      blocks: [
        {
          kind: 'text',
          text: 'Before it decides, and regularly afterwards, the platform looks up what is publicly known about the address and what its own mail servers have seen from it. What was found is kept with the decision. The page of the address shows what it means for each rule.',
        },
        {
          kind: 'text',
          text: 'Every other check of mail applies unchanged. Whitelisting replaces the password and nothing else.',
        },
      ],
    },
    {
      id: 'abuse',
      title: '5. Abuse',
      blocks: [
        {
          kind: 'text',
          text: 'Abuse that comes from the address removes it from the whitelist, at once and without notice where needed. You are told why.',
        },
        {
          kind: 'text',
          text: `After a removal for abuse the address cannot be requested again for ${coolDownDays} days. You may appeal. The platform may go further, up to suspending and cancelling the service.`,
        },
      ],
    },
    {
      id: 'end',
      title: '6. End',
      blocks: [
        {
          kind: 'text',
          text: 'You may withdraw a request or remove an address at any time. An address is out of force while the subscription of its server is not paid, while server or account are paused or suspended, and after its review date until you have renewed it. With the cancellation of the server or account it ends.',
        },
      ],
    },
    {
      id: 'changes',
      title: '7. Changes of these terms',
      blocks: [
        {
          kind: 'text',
          text: 'These terms have a version, and each acceptance is kept with its version, person, time and place. When they change, an owner accepts the new version at the next renewal.',
        },
      ],
    },
  ];
}
