import { RunPage } from '../../../features/run/run.page.tsx';

export const metadata = { title: 'Run' };

/** Keyed by id, so that going from one run to another starts from a clean page. */
export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <RunPage key={id} id={id} />;
}
