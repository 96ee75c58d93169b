import { SweepsPage } from '../../features/sweeps/sweeps.page.tsx';

export const metadata = { title: 'Sweeps' };

export default SweepsPage;
