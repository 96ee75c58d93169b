import { GalleryPage } from '../../features/gallery/gallery.page.tsx';

export const metadata = { title: 'Gallery' };

export default GalleryPage;
