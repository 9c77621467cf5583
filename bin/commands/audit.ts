import { type BrokenEvent, verifyAudit } from '../../lib/operations/verify-audit.ts';
import { type Command, done, misused } from './command.ts';

export const auditVerifyCommand: Command = {
  name: 'audit verify',
  words: [],
  options: { anchor: { value: 'HASH' } },
  summary: 'Make the hash of every event anew; an anchor is the hash of an earlier head, kept elsewhere',
  run: async ({ database, options }) => {
    const anchors = typeof options.anchor === 'string' ? [options.anchor] : [];
    if (!anchors.every((anchor) => /^[0-9a-f]{64}$/i.test(anchor))) {
      return misused('--anchor is not a hash of 64 hex digits.');
    }
    const report = await verifyAudit({ database, anchors });
    const json = { ok: report.broken.length === 0, ...report };
    if (report.broken.length > 0) {
      return { ok: false, code: 'audit_broken', message: report.broken.map(describe).join('\n'), json };
    }
    const platform = report.heads.find((head) => head.chain === 'platform');
    const anchor = platform === undefined ? '' : ` The platform's head is ${platform.hash}.`;
    return done(
      `${report.events} events in ${report.heads.length} chains, all as they were written.${anchor}`,
      json,
    );
  },
};

function describe({ fault, chain, seq, id }: BrokenEvent): string {
  const where = `Event ${seq} of the chain ${chain}`;
  switch (fault) {
    case 'missing':
      return `${where} is missing.`;
    case 'altered':
      return `${where} (${id}) is not what was written there: it was edited, inserted or moved.`;
    case 'private_altered':
      return `The private part of event ${seq} of the chain ${chain} (${id}) is not what was written there.`;
    case 'beyond_head':
      return `${where} and what follows it are not covered by the chain's head.`;
    case 'anchor_missing':
      return 'No event has the hash of the anchor: its chain was cut off or written anew.';
  }
}
