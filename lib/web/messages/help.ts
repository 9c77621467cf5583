/** The page that explains whitelisting. `platform` is the name of the e-mail delivery platform. */
export type HelpFacts = {
  platform: string;
  smtpHost: string;
  smtpPorts: readonly number[];
  smtpTlsPorts: readonly number[];
  supportAddress: string;
};

export type Block =
  | { kind: 'text'; text: string }
  | { kind: 'list'; items: readonly string[] }
  | { kind: 'steps'; items: readonly string[] }
  | { kind: 'facts'; items: readonly { term: string; text: string }[] };

export type Section = { id: string; title: string; blocks: readonly Block[] };

const text = (value: string): Block => ({ kind: 'text', text: value });
const list = (...items: string[]): Block => ({ kind: 'list', items });
const steps = (...items: string[]): Block => ({ kind: 'steps', items });

export function helpSections({
  platform,
  smtpHost,
  smtpPorts,
  smtpTlsPorts,
  supportAddress,
}: HelpFacts): readonly Section[] {
  return [
    {
      id: 'what',
      title: 'What it is, and when you need it',
      blocks: [
        text(
          `${platform} takes mail for delivery from whoever signs in with an SMTP user and password. Some devices cannot do that: a scanner, a telephone system, an alarm panel, an older ERP. For these, one IP address can be whitelisted: mail from it is taken without a password.`,
        ),
        text(
          'The address replaces the password and nothing else. Senders, rates, sizes and every other check stay as they are. If your device can sign in, let it: a password is safer than an address, and it moves with the device.',
        ),
      ],
    },
    {
      id: 'which',
      title: 'Which addresses qualify',
      blocks: [
        {
          kind: 'facts',
          items: [
            {
              term: 'Static',
              text: 'The address stays with your organisation for a long time, leased or owned. A dynamic address is handed to somebody else sooner or later, and your permission with it. Providers of business lines offer static ones.',
            },
            {
              term: 'Not residential',
              text: 'Access providers hand out addresses of home connections in turn. They do not qualify, even where one has not changed for months.',
            },
            {
              term: 'Dedicated',
              text: 'Only your organisation sends mail from it. The shared way out of a hosting company, a mail service or an office building does not qualify: whoever else is behind it could send as you.',
            },
            {
              term: 'Not shared',
              text: 'It is no gateway for the mail of several people or organisations, such as a VPN, a proxy or a mobile network.',
            },
            {
              term: 'Public',
              text: 'It is the address that the internet sees. Addresses that begin with 10., 192.168. or 172.16. to 172.31. exist only inside your network.',
            },
          ],
        },
        text(
          'The server needs a paid subscription whose plan includes whitelisting, and at least one verified sending domain. The plan also says how many addresses you can have and how wide a network may be.',
        ),
      ],
    },
    {
      id: 'find',
      title: 'How to find your address',
      blocks: [
        text(
          'Open the request form from a computer behind the same internet connection as the device. Where that connection has a public address, the form offers it. A router or your provider’s contract names it too.',
        ),
        text(
          'An office with several connections may send from another one than it browses with. The proof settles it: it counts only from the address that you asked for.',
        ),
      ],
    },
    {
      id: 'steps',
      title: 'From request to delivery',
      blocks: [
        steps(
          'Request. You name the address, say what sends from it, and confirm that it is static, dedicated and your responsibility. What cannot qualify is refused at once, with the rule and what to do.',
          'Proof. You show that you control the address. One message from it is enough, or from two addresses of a network.',
          'Review. A person looks at the evidence and approves, asks, or rejects with the reason. You hear of it by mail.',
          'In force. All nodes take mail from the address within milliseconds.',
        ),
        text(
          'Each entry has a date by which you renew it, when its lease ends at the latest. Its page shows the date, you are reminded, and renewing takes a minute.',
        ),
      ],
    },
    {
      id: 'proof',
      title: 'How to prove that the address is yours',
      blocks: [
        text('One of these, whichever the page of the entry offers:'),
        list(
          'By sending: the device sends any message to the proof address on the page of the entry. Its first part is ten digits, so the panel of a scanner can type it. The message is thrown away.',
          'By signing in: a device or computer behind the address signs in over SMTP with the user and password of the same server.',
          'By the proof page: open its link in a browser behind the address, and press the button.',
          'By DNS: whoever runs the reverse name of the address publishes the TXT record that the page of the entry shows.',
        ),
        text(
          'The first three count only from the address itself. The sender of the message has to be at a verified domain of the server. Bounces, replies and automatic messages do not count, because others could provoke them. A single address is proven once, and so is an IPv6 network of the size /64; any other network is proven from two of its addresses.',
        ),
      ],
    },
    {
      id: 'device',
      title: 'What to enter in the device',
      blocks: [
        {
          kind: 'facts',
          items: [
            { term: 'Mail server', text: smtpHost },
            { term: 'Port', text: smtpPorts.join(' or ') },
            ...(smtpTlsPorts.length > 0
              ? [{ term: 'Port for TLS from the start', text: smtpTlsPorts.join(' or ') }]
              : []),
            { term: 'Encryption', text: 'STARTTLS where the device can, otherwise none' },
            {
              term: 'Sign-in',
              text: 'None. Where the server asks for both a sign-in and the address: its SMTP user and password',
            },
            { term: 'Sender', text: 'An address at one of your verified domains' },
          ],
        },
      ],
    },
    {
      id: 'scope',
      title: 'What the address may send',
      blocks: [
        text(
          'Each entry has its own limits: the domains it may send as, messages an hour, recipients per message, size, and whether encryption is required. You see them on its page. Narrower limits hold at once, wider ones go to review.',
        ),
        text(
          'The sender of the envelope and the From line of the message both have to be at an allowed domain. That is why a device whose sender is still “scanner@localhost” is refused.',
        ),
      ],
    },
    {
      id: 'abuse',
      title: 'What follows from abuse',
      blocks: [
        text(
          'Your organisation is responsible for every message that comes from the address, also when a device was broken into. Complaints, spam and mail to unknown recipients are counted. The address is throttled, and may be suspended or removed. A removal ends sessions that are open at that moment.',
        ),
        text(
          'After a removal for abuse you cannot ask for an address for some time; a request says until when. You can appeal from the page of the entry. Repeated abuse suspends the server, then the account, and the service may be cancelled.',
        ),
      ],
    },
    {
      id: 'replies',
      title: 'What a refusal in the device means',
      blocks: [
        text(
          `Devices show or log the reply of the mail server. It begins with a number and carries a reference that starts with PX-. Its page says what was seen and what to do. If that does not help, write to ${supportAddress} and name the reference.`,
        ),
      ],
    },
  ];
}

export const help = {
  replyCode: 'Reply',
  replyMeaning: 'What it means',
  repliesCaption: 'Replies of the mail server and what they mean',
};
