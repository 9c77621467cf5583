import type { PolicyDifference } from '../../lib/domain/policy-difference.ts';
import {
  policyFieldText,
  policyFieldValueText,
  policy as policyWords,
} from '../../lib/web/messages/policy.ts';

const words = policyWords.preview;
const cell = 'py-1.5 pr-4 align-top [overflow-wrap:anywhere]';

/** What one version of the policy has differently from another, field by field. */
export function DifferencesTable({
  caption,
  differences,
  marked = [],
}: {
  caption: string;
  differences: readonly PolicyDifference[];
  /** Fields that somebody else has changed as well. */
  marked?: readonly string[];
}) {
  return (
    <table className="w-full table-fixed border-collapse text-left">
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr className="text-second text-small">
          {[words.field, words.now, words.wanted].map((heading, index) => (
            <th key={heading} scope="col" className={`pb-1 font-normal ${index === 0 ? 'w-1/2' : ''}`}>
              {heading}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {differences.map(({ field, before, after }) => (
          <tr key={field} className="border-line border-t">
            <th scope="row" className={`${cell} font-normal`}>
              {policyFieldText(field)}
              {marked.includes(field) ? <span className="text-waiting"> ({words.both})</span> : null}
            </th>
            <td className={`${cell} text-second tabular-nums`}>{policyFieldValueText(field, before)}</td>
            <td className={`${cell} font-medium tabular-nums`}>{policyFieldValueText(field, after)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
