import type { Block, Section } from '../../lib/web/messages/help.ts';

function BlockView({ block }: { block: Block }) {
  switch (block.kind) {
    case 'text':
      return <p>{block.text}</p>;
    case 'list':
      return (
        <ul className="flex list-disc flex-col gap-1.5 pl-5 marker:text-second">
          {block.items.map((item) => (
            <li key={item}>{item}</li>
          ))}
        </ul>
      );
    case 'steps':
      return (
        <ol className="flex list-decimal flex-col gap-1.5 pl-5 marker:text-second">
          {block.items.map((item) => (
            <li key={item}>{item}</li>
          ))}
        </ol>
      );
    case 'facts':
      return (
        <dl className="grid gap-y-2 sm:grid-cols-[9.5rem_1fr] sm:gap-x-4">
          {block.items.map((item) => (
            <div key={item.term} className="sm:col-span-2 sm:grid sm:grid-cols-subgrid">
              <dt className="font-medium">{item.term}</dt>
              <dd className="text-second [overflow-wrap:anywhere]">{item.text}</dd>
            </div>
          ))}
        </dl>
      );
  }
}

/** Text to read from top to bottom, each part with a place to link to. */
export function Sections({ sections }: { sections: readonly Section[] }) {
  return (
    <>
      {sections.map((section) => (
        <section
          key={section.id}
          id={section.id}
          aria-labelledby={`${section.id}-title`}
          className="flex scroll-mt-6 flex-col gap-3"
        >
          <h2 id={`${section.id}-title`} className="font-semibold text-lead">
            {section.title}
          </h2>
          {section.blocks.map((block) => (
            <BlockView key={block.kind === 'text' ? block.text : section.id + block.kind} block={block} />
          ))}
        </section>
      ))}
    </>
  );
}
