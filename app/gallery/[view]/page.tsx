import { notFound } from 'next/navigation';
import { views } from '../views.tsx';

// Every component with sample values, to look at while working on them. Not there in production.

export default async function GalleryView({ params }: { params: Promise<{ view: string }> }) {
  const { view } = await params;
  if (process.env.NODE_ENV === 'production' || !Object.hasOwn(views, view)) notFound();
  const View = views[view as keyof typeof views];
  return <View />;
}
