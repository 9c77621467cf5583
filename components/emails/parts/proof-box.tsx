import type { MailSubjectEntry } from '../../../lib/domain/mail-values.ts';
import type { MailContext } from '../mail-template.ts';
import { device } from '../words/requests.ts';
import { CopyBox } from './copy-box.tsx';
import { FactTable } from './fact-table.tsx';
import { Paragraph } from './paragraph.tsx';

/** Where to send the proof, and what a device that cannot sign in needs for it. */
export function ProofBox({ entry, context }: { entry: MailSubjectEntry; context: MailContext }) {
  if (context.proofAddress === null) throw new Error('a mail about a proof needs the proof address');
  const domains = entry.senderDomains.join(', ');
  return (
    <>
      <Paragraph>{device.proofLead(entry.network, entry.addressesNeeded)}</Paragraph>
      <CopyBox>{context.proofAddress}</CopyBox>
      <FactTable
        facts={[
          { name: device.server, value: context.smtp.host, code: true },
          { name: device.port, value: context.smtp.ports.join(', '), code: true },
          { name: device.encryption, value: device.proofTls },
          { name: device.signIn, value: device.none },
          ...(domains === '' ? [] : [{ name: device.sender, value: device.senderAt(domains) }]),
        ]}
      />
    </>
  );
}
