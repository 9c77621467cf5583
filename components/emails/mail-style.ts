// The look of the portal where OKLCH, variables and web fonts do not reach. Light stands inline, for every client;
// dark in a style sheet by class, for those that know it.

export type Tone = 'force' | 'waiting' | 'review' | 'out' | 'plain';

type Shade = { light: string; dark: string };

export const shades = {
  page: { light: '#faf9f6', dark: '#0f1412' },
  surface: { light: '#ffffff', dark: '#171c1a' },
  sunken: { light: '#f4f2ee', dark: '#131715' },
  line: { light: '#e1e0da', dark: '#2c322f' },
  ink: { light: '#18221e', dark: '#f0eeea' },
  second: { light: '#505b57', dark: '#adaba4' },
  onAccent: { light: '#ffffff', dark: '#0f1412' },
} as const satisfies Record<string, Shade>;

export const tones = {
  force: { ink: { light: '#136a55', dark: '#6eccb0' }, soft: { light: '#e3f6ef', dark: '#163028' } },
  waiting: { ink: { light: '#875814', dark: '#ebbb6e' }, soft: { light: '#fdf1d8', dark: '#342815' } },
  review: { ink: { light: '#315c92', dark: '#8ebff3' }, soft: { light: '#e9f3ff', dark: '#1d2b3b' } },
  out: { ink: { light: '#a8372e', dark: '#f58c7f' }, soft: { light: '#ffedea', dark: '#3e211d' } },
  plain: { ink: { light: '#505b57', dark: '#adaba4' }, soft: { light: '#f4f2ee', dark: '#131715' } },
} as const satisfies Record<Tone, { ink: Shade; soft: Shade }>;

export const sans =
  "Geist, 'Segoe UI', -apple-system, BlinkMacSystemFont, Roboto, Helvetica, Arial, sans-serif";
export const mono =
  "'Geist Mono', ui-monospace, 'SF Mono', Menlo, Consolas, 'Liberation Mono', 'Courier New', monospace";

const darkTones = Object.entries(tones)
  .map(
    ([name, { ink, soft }]) =>
      `.tone-${name}{color:${ink.dark}!important}.soft-${name}{background-color:${soft.dark}!important}.fill-${name}{background-color:${ink.dark}!important}`,
  )
  .join('');

/** For clients that read style sheets: the dark side, and narrow screens. */
export const styleSheet = `
:root{color-scheme:light dark;supported-color-schemes:light dark}
body{background-color:${shades.page.light}}
@media (prefers-color-scheme:dark){
body{background-color:${shades.page.dark}!important}
.page{background-color:${shades.page.dark}!important}
.surface{background-color:${shades.surface.dark}!important;border-color:${shades.line.dark}!important}
.sunken{background-color:${shades.sunken.dark}!important;border-color:${shades.line.dark}!important}
.rule{border-color:${shades.line.dark}!important}
.ink{color:${shades.ink.dark}!important}
.second{color:${shades.second.dark}!important}
.action{background-color:${tones.force.ink.dark}!important;color:${shades.onAccent.dark}!important}
.action span{color:${shades.onAccent.dark}!important}
${darkTones}
}
@media (max-width:480px){
.gutter{padding-left:12px!important;padding-right:12px!important}
.card{padding:24px 20px!important}
.hero{font-size:24px!important}
.stack td{display:block!important;width:auto!important;padding-left:0!important;padding-right:0!important}
.stack td.name{padding-bottom:0!important}
.stack td.value{padding-top:0!important;border-top:0!important}
}
`;
