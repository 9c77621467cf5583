export const publicPages = {
  notFound: {
    title: 'Nothing is here',
    text: 'This page does not exist, or it is not for you to see. The address may have a typing error, or you are signed in with another account.',
    action: 'To the start page',
  },
  error: {
    title: 'This page failed',
    text: 'Something on our side went wrong while it was being made. Whitelisted addresses go on working: they do not depend on this page.',
    retry: 'Load it again',
    reference: (digest: string) => `If it fails again, tell support this number: ${digest}`,
  },
  help: {
    title: 'Whitelisting an address',
    description: 'What it is, which addresses qualify, how to prove control, and what follows from abuse.',
    contents: 'On this page',
  },
  terms: {
    title: 'Terms of whitelisting',
    description: 'What an owner accepts when an address is whitelisted.',
    version: (version: string) => `Version ${version}`,
    platform: 'These terms add to the terms of service.',
    platformLink: 'Terms of service',
  },
};
