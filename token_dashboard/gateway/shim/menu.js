/** The languages of the command menus, as each channel names them. */

/**
 * The descriptions by locale, and for Telegram, which knows a language by two letters, by those too.
 *
 * The host hands all of them to every channel, and Discord refuses all commands over a locale that it doesn't
 * know. So where Discord is set up too, Telegram shows English for the languages that it would name otherwise.
 */
export function forMenus(byLocale, channels) {
  if (!channels?.telegram || channels.discord) return byLocale;
  const byLanguage = Object.entries(byLocale).map(([locale, text]) => [locale.split("-")[0], text]);
  return { ...Object.fromEntries(byLanguage), ...byLocale };
}
