/** What stands in every mail. */
export const common = {
  more: (count: number) => `and ${count.toLocaleString('en-GB')} more`,
  turnOff: 'Turn off mail of this kind',
  choose: 'Choose which mail you get',
  cannotBeTurnedOff: 'This mail protects your addresses and accounts, so it cannot be turned off.',
  partOfTheWork: 'Mail of this kind is part of the work and cannot be turned off.',
  ask: 'Questions? Answer this mail, or write to',
  whyAccount: (account: string, platform: string) =>
    `You get this mail because you belong to ${account} at ${platform}.`,
  whyStaff: (platform: string) => `You get this mail because you are staff of ${platform}.`,
  whyPerson: (platform: string) =>
    `You get this mail because it concerns your own sign-in or role at ${platform}.`,
  whyInvited: (platform: string) => `You get this mail because somebody named your address to ${platform}.`,
  open: 'Open the address',
  openRequest: 'Open the request',
  openList: 'Open the list',
  supportSays: 'Support says:',
};
