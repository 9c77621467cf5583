import type { ProofKind } from '../../domain/policy.ts';

/** What was seen each time that control of an address was shown. */
export const proofs = {
  title: 'How control was shown',
  by: {
    sending: 'By sending',
    sign_in: 'By signing in',
    http: 'On the proof page',
    dns: 'By a DNS record',
  } satisfies Record<ProofKind, string>,
  from: 'from',
  ehlo: 'Named itself',
  noEhlo: 'nothing',
  tls: 'TLS',
  noTls: 'not used',
  name: 'Name of the address',
  leadsBack: 'leads back',
  leadsElsewhere: 'does not lead back',
  leadsUnknown: 'not known whether it leads back',
  noName: 'none',
  nameUnknown: 'not known',
  withdrawn: 'Does not count: it was an automatic reply or list mail.',
};
