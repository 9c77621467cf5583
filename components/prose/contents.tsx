import type { Section } from '../../lib/web/messages/help.ts';

/** What is on the page, beside it on a wide screen. */
export function Contents({ title, sections }: { title: string; sections: readonly Section[] }) {
  return (
    <nav aria-labelledby="contents-title" className="self-start lg:sticky lg:top-6 print:hidden">
      <p id="contents-title" className="mb-1.5 text-second text-small">
        {title}
      </p>
      <ul className="border-line border-l">
        {sections.map((section) => (
          <li key={section.id}>
            <a
              href={`#${section.id}`}
              className="block py-1 pl-3.5 text-second transition-colors hover:text-ink pointer-coarse:py-2"
            >
              {section.title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
