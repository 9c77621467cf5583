import type { ReactNode } from 'react';
import { type ProofKind, proofKinds } from '../../lib/domain/policy.ts';
import { common } from '../../lib/web/messages/common.ts';
import { whitelist } from '../../lib/web/messages/whitelist.ts';
import { When } from '../time/when.tsx';
import { Card } from '../ui/card.tsx';
import { Code } from '../ui/code.tsx';
import { CopyField } from '../ui/copy-field.tsx';
import { DescriptionList } from '../ui/description-list.tsx';
import { Disclosure } from '../ui/disclosure.tsx';
import type { Clock } from '../ui/relative-time.ts';

export type ProofView = {
  network: string;
  proofAddress: string;
  /** The page that proves whoever presses its button. */
  proofUrl: string;
  /** What a TXT record has to say, and before which name of the address; null: it has none that leads back to it. */
  dns: { name: string | null; value: string };
  senderDomains: readonly string[];
  smtpHost: string;
  smtpPorts: readonly number[];
  /** The SMTP user of the server, for a proof by signing in; null where it has none. */
  username: string | null;
  /** How many different addresses must prove, and how many have. */
  needed: number;
  seen: number;
  /** Something has come that proves nothing, like an automatic reply. */
  discounted?: boolean;
  askedAt: number;
  /** The proof of a live entry was taken back: what that means for it meanwhile. */
  lost?: 'inForce' | 'suspended';
  /** The ways that are taken; left out: all. */
  kinds?: readonly ProofKind[];
};

const words = whitelist.proof;

/** How to show control, the simplest way first, worded for whoever stands at the panel of a device. */
export function ProofInstructions({
  proof,
  clock,
  otherwise,
}: {
  proof: ProofView;
  clock: Clock;
  /** What can be done without a proof: ask for review of a request, or give a live entry up. */
  otherwise?: ReactNode;
}) {
  const taken = (kind: ProofKind) => (proof.kinds ?? proofKinds).includes(kind);
  return (
    <Card
      id="proof"
      title={proof.lost === undefined ? words.title : words.again.title}
      className="border-waiting-line"
    >
      {proof.lost === undefined ? null : (
        <p className="mb-2">
          {words.again.why} {words.again[proof.lost]}
        </p>
      )}
      <p className="text-second">
        {proof.needed > 1 ? words.leadTwo(proof.network) : words.lead(proof.network)}
      </p>
      {proof.seen > 0 ? <p className="mt-1 font-medium text-in-review">{words.firstOfTwo}</p> : null}

      {taken('sending') ? <BySending proof={proof} /> : null}
      {taken('sign_in') && proof.username ? (
        <>
          <h3 className="mt-5 font-medium">{words.bySigningIn}</h3>
          <p className="mt-0.5 text-second">{words.bySigningInText(proof.username)}</p>
        </>
      ) : null}
      {taken('http') || taken('dns') ? (
        <Disclosure
          summary={words.otherWays}
          className="print-open mt-5"
          summaryClassName="rounded-chip"
          open={!taken('sending')}
        >
          {taken('http') ? <OverHttp proof={proof} /> : null}
          {taken('dns') ? <ByDns proof={proof} /> : null}
        </Disclosure>
      ) : null}

      <div className="mt-5 flex flex-wrap items-center justify-between gap-3 border-line border-t pt-4">
        <p className="text-second text-small">
          {proof.lost === undefined ? (
            <>
              {came(proof)} {words.asked} <When at={proof.askedAt} clock={clock} />
            </>
          ) : (
            words.again.notYours
          )}
        </p>
        {otherwise}
      </div>
    </Card>
  );
}

/** That one of two addresses is proven stands above already. */
function came({ seen, discounted }: ProofView): string | null {
  if (seen > 0) return null;
  return discounted ? words.didNotCount : words.nothingYet;
}

function BySending({ proof }: { proof: ProofView }) {
  return (
    <>
      <h3 className="mt-5 font-medium">{words.bySending}</h3>
      <p className="mt-0.5 mb-2.5 text-second">{words.bySendingText}</p>
      <CopyField value={proof.proofAddress} copyLabel={words.copyAddress} copiedLabel={common.copied} />
      <p className="mt-2.5 text-second">
        {words.fromDomain(common.names(proof.senderDomains))} {words.notCounted}
      </p>

      <Disclosure summary={words.device} className="print-open mt-3" summaryClassName="rounded-chip">
        <div className="mt-2 rounded-control bg-sunken p-4">
          <DescriptionList
            items={[
              { term: words.deviceServer, value: <Code>{proof.smtpHost}</Code> },
              { term: words.devicePort, value: <Code>{proof.smtpPorts.join(', ')}</Code> },
              { term: words.deviceSecurity, value: words.deviceSecurityValue },
              { term: words.deviceSignIn, value: words.deviceSignInValue },
            ]}
          />
        </div>
      </Disclosure>
    </>
  );
}

function OverHttp({ proof }: { proof: ProofView }) {
  return (
    <>
      <h3 className="mt-3 font-medium">{words.overHttp}</h3>
      <p className="mt-0.5 mb-2.5 text-second">{words.overHttpText}</p>
      <CopyField value={proof.proofUrl} copyLabel={words.copyUrl} copiedLabel={common.copied} />
    </>
  );
}

function ByDns({ proof }: { proof: ProofView }) {
  return (
    <>
      <h3 className="mt-5 font-medium">{words.byDns}</h3>
      <p className="mt-0.5 text-second">{words.byDnsText}</p>
      <div className="mt-2 rounded-control bg-sunken p-4">
        <DescriptionList
          items={[
            { term: words.dnsRecord, value: <Code>{words.dnsName(proof.dns.name)}</Code> },
            { term: words.dnsValue, value: <Code>{proof.dns.value}</Code> },
          ]}
        />
      </div>
    </>
  );
}
