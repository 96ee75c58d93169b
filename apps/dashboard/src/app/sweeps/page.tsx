import { SweepsPage } from '../../features/sweeps/sweeps.page.tsx';

export default SweepsPage;
