import { SweepBuilderPage } from '../../../features/sweep-builder/sweep-builder.page.tsx';

export const metadata = { title: 'New sweep' };

export default SweepBuilderPage;
