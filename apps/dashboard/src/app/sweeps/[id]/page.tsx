import { SweepPage } from '../../../features/sweep/sweep.page.tsx';

export const metadata = { title: 'Sweep' };

/** Keyed by id, so that going from one sweep to another starts from a clean page. */
export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <SweepPage key={id} id={id} />;
}
