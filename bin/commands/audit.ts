import { type ExportedEvent, exportAudit } from '../../lib/operations/export-audit.ts';
import { operatorActor } from '../../lib/operations/result.ts';
import { type BrokenEvent, verifyAudit } from '../../lib/operations/verify-audit.ts';
import { type Command, done, failed, misused } from './command.ts';
import { printableJson } from './printable.ts';
import { refusedBy } from './refusal-sentence.ts';

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
    const chains = report.heads.length === 1 ? 'one chain' : `${report.heads.length} chains`;
    const platform = report.heads.find((head) => head.chain === 'platform');
    const anchor = platform === undefined ? '' : ` The platform's head is ${platform.hash}.`;
    return done(`${report.events} events in ${chains}, all as they were written.${anchor}`, json);
  },
};

export const auditExportCommand: Command = {
  name: 'audit export',
  words: ['SLUG'],
  options: {},
  summary: 'Print every event of an account, one JSON object a line, with what its hash is made over',
  run: async ({ database, words }) => {
    const slug = words.SLUG ?? '';
    const result = await exportAudit({ database, actor: operatorActor, slug });
    if (!result.ok && result.code === 'not_found') return failed('not_found', `There is no account ${slug}.`);
    if (!result.ok) return refusedBy(result);
    const lines: ExportedEvent[] = [];
    for await (const line of result.lines) lines.push(line);
    return done(lines.map((line) => printableJson(line)).join('\n'), lines);
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
