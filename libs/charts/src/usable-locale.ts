/**
 * Imported for its effect, before uPlot: that gives the browser's language to Intl.NumberFormat as it loads, and a
 * browser started under a locale such as en-US@posix names one that Intl refuses, so that no page would load. The
 * charts write their numbers themselves and need no particular language.
 */
export const isUsableLocale = (language: string | undefined): boolean => {
  try {
    return new Intl.NumberFormat(language) !== undefined;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
};

if (typeof navigator !== 'undefined' && !isUsableLocale(navigator.language))
  Object.defineProperty(navigator, 'language', { value: 'en-US', configurable: true });
