import Link from 'next/link';

export const NotFoundPage = () => (
  <>
    <h1>There is nothing at this address</h1>
    <p className="quiet">
      It may have been deleted. Go to the <Link href="/">overview</Link> or search with Ctrl K.
    </p>
  </>
);
