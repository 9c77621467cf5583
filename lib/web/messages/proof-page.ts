/** The page behind the proof URL: opened on the device or behind the line that is to be whitelisted. */
export const proofPage = {
  title: (platform: string) => `Show that you control an address, ${platform}`,
  heading: 'Show that you control this address',
  from: (address: string) => `You come from ${address}.`,
  fromNowhere: 'We cannot tell from which address you come.',
  explain:
    'Press the button on the device whose address is to be whitelisted, or behind the same line. Nothing else is sent and nothing is stored but the address and the time.',
  button: 'Prove this address',
  withoutPage: 'Without a browser: send a POST request to this address.',
  outcomes: {
    proven: (address: string) => `Control of ${address} is proven. You can close this page.`,
    not_here: (address: string) =>
      `Nothing waits for a proof from ${address} with this address of the page. Open it from the address that you asked for, and copy it whole from the request.`,
    not_here_unknown: 'We cannot tell from which address you come, so nothing is proven.',
    too_many: 'Too many tries from your address. Wait a quarter of an hour.',
    cross_site: 'A page elsewhere has sent you here. Open the proof address by itself and press the button.',
  },
};
