import type { Metadata } from 'next';
import { NothingHere } from '../../components/shell/nothing-here.tsx';
import { publicPages } from '../../lib/web/messages/public.ts';

export const metadata: Metadata = { title: publicPages.notFound.title };

/** Within the frame of who is signed in: the frame of the public pages would be a second one. */
export default NothingHere;
