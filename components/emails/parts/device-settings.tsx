import type { MailScope } from '../../../lib/domain/mail-values.ts';
import type { MailContext } from '../mail-template.ts';
import { countText, sizeText } from '../mail-time.ts';
import { device, requests } from '../words/requests.ts';
import { FactTable } from './fact-table.tsx';
import { Subheading } from './subheading.tsx';

/** What to type into the device once its address is in force, and what it may then send. */
export function DeviceSettings({ scope, context }: { scope: MailScope; context: MailContext }) {
  const { host, ports, tlsPorts } = context.smtp;
  const implicitTls = scope.tls === 'hidden' ? [] : tlsPorts;
  return (
    <>
      <Subheading>{requests.approved.settings}</Subheading>
      <FactTable
        facts={[
          { name: device.server, value: host, code: true },
          { name: device.port, value: device.ports(ports.join(', '), implicitTls.join(', ')) },
          { name: device.encryption, value: device.tls[scope.tls] },
          { name: device.signIn, value: device.none },
          { name: device.sender, value: device.senderAt(scope.senderDomains.join(', ')) },
        ]}
      />
      <Subheading>{requests.approved.scope}</Subheading>
      <FactTable
        facts={[
          { name: device.recipients, value: scope.recipientDomains?.join(', ') ?? device.anyone },
          { name: device.rate, value: device.anHour(countText(scope.messagesPerHour)) },
          {
            name: device.perMessage,
            value: device.recipientsPerMessage(countText(scope.recipientsPerMessage)),
          },
          { name: device.size, value: device.upTo(sizeText(scope.messageBytes)) },
        ]}
      />
    </>
  );
}
