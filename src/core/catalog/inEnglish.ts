import en from 'zod/v4/locales/en.js';

/** The words for what does not fit a schema, for `safeParse`: the small interface of zod has none of its own. */
export const inEnglish = { error: en().localeError };
