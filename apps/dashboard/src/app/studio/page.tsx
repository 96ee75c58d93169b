import { StudioPage } from '../../features/studio/studio.page.tsx';

export const metadata = { title: 'Studio' };

export default StudioPage;
