import Link from 'next/link';
import styles from './link-button.module.css';

/** A link that is the main thing to do on its page. */
export const LinkButton = ({ href, children }: { readonly href: string; readonly children: string }) => (
  <Link href={href} className={styles.button}>
    {children}
  </Link>
);
