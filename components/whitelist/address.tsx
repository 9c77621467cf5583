import { Fragment } from 'react';
import { classNames } from '../ui/class-names.ts';

/** An address or network, letter by letter; breaks only behind its colons. */
export function Address({ network, className }: { network: string; className?: string }) {
  const pieces = network.split(/(?<=:)(?![:/])/);
  return (
    <span className={classNames('font-mono', className)}>
      {pieces.map((piece, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never change places
        <Fragment key={index}>
          {index > 0 ? <wbr /> : null}
          {piece}
        </Fragment>
      ))}
    </span>
  );
}
