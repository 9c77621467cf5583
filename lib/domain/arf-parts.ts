import type { ReportProblem } from './arf.ts';
import { decodeTransfer } from './mime-decode.ts';
import {
  firstValue,
  type MimeEntity,
  type MimeField,
  readEntity,
  readFields,
  splitMultipart,
} from './mime-entity.ts';

const mostParts = 200;
const deepest = 10;
/** A message that somebody passed on, in a message that somebody passed on. */
const mostForwards = 2;
/** Only the header of what is reported is read, and nobody's report has more fields than this: not decoded any further. */
const largestHeader = 1024 * 1024;
/** So much of a part tells whether it is a report. */
const largestLook = 64 * 1024;

const reportType = 'message/feedback-report';
/** RFC 5965 2 (c), with the forms of RFC 6533 and what senders make of it. */
const originalTypes: ReadonlySet<string> = new Set([
  'message/rfc822',
  'message/global',
  'text/rfc822-headers',
  'text/rfc822',
  'message/rfc822-headers',
  'message/global-headers',
]);
const wholeMessageTypes: ReadonlySet<string> = new Set(['message/rfc822', 'message/global']);

export type ReportParts = {
  /** Header of the message that the report came in. */
  headers: readonly MimeField[];
  /** Fields of the feedback report, decoded. */
  report: string | null;
  /** The message that it is about, or its header, decoded. */
  original: string | null;
  problems: ReportProblem[];
};

type Leaf = { entity: MimeEntity; type: string };

/**
 * Finds the parts of a report, however its multiparts are nested. The message that is reported is never looked into: it
 * is whatever a spammer has written, a feedback report of its own included.
 * @param text latin1, lines ended by LF
 */
export function findReportParts(text: string): ReportParts {
  const message = readEntity(text);
  const parts = partsOf(message, 0);
  return { ...parts, headers: message.fields };
}

function partsOf(message: MimeEntity, forwards: number): Omit<ReportParts, 'headers'> {
  const problems: ReportProblem[] = [];
  const leaves: Leaf[] = [];
  if (!collect(message, leaves, 0)) problems.push('beyond_limits');
  const called = leaves.filter(({ type }) => type === reportType);
  const reports = called.length > 0 ? called : leaves.filter(looksLikeReport);
  const [report] = reports;
  if (report === undefined) {
    const inner = passedOn(leaves, forwards);
    return { ...inner, problems: [...problems, ...inner.problems] };
  }
  if (called.length === 0) problems.push('wrong_part_type');
  if (reports.length > 1) problems.push('several_reports');
  if (report.entity.body.length > largestHeader) problems.push('beyond_limits');
  const at = leaves.indexOf(report);
  const original = [...leaves.slice(at + 1), ...leaves.slice(0, at)].find(({ type }) =>
    originalTypes.has(type),
  );
  return {
    report: contentOf(report, largestHeader),
    original: original === undefined ? null : contentOf(original, largestHeader),
    problems,
  };
}

/** No report here: perhaps in a message that is attached to this one. */
function passedOn(leaves: readonly Leaf[], forwards: number): Omit<ReportParts, 'headers'> {
  const attached = leaves.filter(({ type }) => wholeMessageTypes.has(type));
  const [inner] = attached;
  if (inner !== undefined && attached.length === 1 && forwards < mostForwards) {
    const parts = partsOf(readEntity(contentOf(inner, inner.entity.body.length)), forwards + 1);
    if (parts.report !== null) {
      return { ...parts, problems: [...new Set<ReportProblem>([...parts.problems, 'forwarded'])] };
    }
  }
  return { report: null, original: null, problems: ['not_a_report'] };
}

/** @returns false where there is more than is looked at */
function collect(entity: MimeEntity, leaves: Leaf[], depth: number): boolean {
  const boundary = entity.parameters.get('boundary');
  if (!entity.type.startsWith('multipart/') || boundary === undefined || boundary === '') {
    leaves.push({ entity, type: entity.type });
    return true;
  }
  if (depth >= deepest) return false;
  const { parts, more } = splitMultipart(entity.body, boundary, mostParts - leaves.length);
  let complete = !more;
  for (const part of parts) {
    if (leaves.length >= mostParts) return false;
    // A part without a type in a digest is a message (RFC 2046 5.1.5).
    const inner = readEntity(part);
    const untyped = firstValue(inner.fields, 'content-type') === undefined;
    const typed =
      untyped && entity.type === 'multipart/digest' ? { ...inner, type: 'message/rfc822' } : inner;
    complete = collect(typed, leaves, depth + 1) && complete;
  }
  return complete;
}

function looksLikeReport({ entity, type }: Leaf): boolean {
  if (type !== 'text/plain' && type !== 'application/octet-stream' && !type.startsWith('message/'))
    return false;
  if (originalTypes.has(type)) return false;
  const { fields } = readFields(contentOf({ entity, type }, largestLook).slice(0, 8192));
  const names = new Set(fields.map((field) => field.name));
  return names.has('feedback-type') && names.has('version');
}

/** @param most octets of it are looked at, before they are decoded */
function contentOf({ entity }: Leaf, most: number): string {
  const encoding = firstValue(entity.fields, 'content-transfer-encoding');
  const content = decodeTransfer(entity.body.slice(0, most), encoding)
    .replaceAll('\0', '')
    .replace(/\r\n?/g, '\n');
  // Some leave an empty line before the first field.
  return content.replace(/^\s*\n/, '');
}
