import { SweepBuilderPage } from '../../../features/sweep-builder/sweep-builder.page.tsx';

export default SweepBuilderPage;
