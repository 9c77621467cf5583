import { publicPages } from '../../lib/web/messages/public.ts';
import { paths } from '../../lib/web/paths.ts';
import { ButtonLink } from '../ui/button-link.tsx';
import { PageHeader } from '../ui/page-header.tsx';

const words = publicPages.notFound;

/** What stands in the frame of a page that does not exist, or not for the person who asks. */
export function NothingHere() {
  return (
    <>
      <PageHeader title={words.title} lead={words.text} />
      <div>
        <ButtonLink href={paths.home()}>{words.action}</ButtonLink>
      </div>
    </>
  );
}
