import MailComposer from 'nodemailer/lib/mail-composer';

export type Mailbox = { name: string | null; address: string };

export type OutgoingMail = {
  /** Names the message for ever: offered again after a crash, it is the same message to whoever has it already. */
  id: string;
  to: Mailbox;
  subject: string;
  text: string;
  html: string;
  /** Takes a POST that turns this kind of mail off (RFC 8058); null where it cannot be turned off. */
  turnOffUrl: string | null;
  date: Date;
};

export type ComposedMessage = {
  id: string;
  envelope: { from: string; to: string[] };
  /** Whole message, 7-bit, lines end in CR LF. */
  raw: Buffer;
};

/**
 * Makes the message: text and HTML beside each other, nothing attached, nothing remote. It says that a machine wrote
 * it (RFC 3834), so that no absence notice answers, and how to turn it off where it may be (RFC 2369, RFC 8058).
 */
export async function composeMessage(from: Mailbox, mail: OutgoingMail): Promise<ComposedMessage> {
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  const composer = new MailComposer({
    messageId: `<${mail.id}@${domain}>`,
    date: mail.date,
    from: mailbox(from),
    replyTo: mailbox(from),
    to: mailbox(mail.to),
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      ...(mail.turnOffUrl === null
        ? {}
        : {
            'List-Unsubscribe': `<${mail.turnOffUrl}>`,
            'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
          }),
    },
    disableFileAccess: true,
    disableUrlAccess: true,
    newline: 'windows',
  });
  const raw = await composer.compile().build();
  return { id: mail.id, envelope: { from: from.address, to: [mail.to.address] }, raw };
}

function mailbox({ name, address }: Mailbox) {
  return { name: name ?? '', address };
}
