/**
 * The 70 columns that the released code numbers characters by (icml2016 data/donkey_folder_txt.lua): character c is
 * its last place in this line, counted from 1; 0 is nothing.
 */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789-,;.!?:\'"/\\|_@#$%^&*~`+-=<>()[]{} ';

/** One caption's numbers to text; what is no column's number is left out, as the released code does. */
export const textOfColumns = (columns: ArrayLike<number>): string =>
  Array.from(columns, (column) => (column >= 1 ? (ALPHABET[column - 1] ?? '') : '')).join('');
