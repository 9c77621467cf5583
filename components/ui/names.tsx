/** More of them are no reading matter. */
const MOST = 10;

/** Names in a row; where there are many, the rest unfolds. */
export function Names({ list, more }: { list: readonly string[]; more: (count: number) => string }) {
  if (list.length <= MOST + 1) return <span className="wrap-anywhere">{list.join(', ')}</span>;
  return (
    <div className="wrap-anywhere">
      {list.slice(0, MOST).join(', ')}
      <details>
        <summary className="cursor-pointer rounded-chip text-second">{more(list.length - MOST)}</summary>
        {list.slice(MOST).join(', ')}
      </details>
    </div>
  );
}
