/**
 * Mail providers with mailboxes for everybody: a domain that millions write from is no organisation's own. Their
 * domains in other countries (`yahoo.co.uk`) are found by their first label.
 */
const domains: ReadonlySet<string> = new Set(
  `126.com 163.com aim.com aol.com att.net bellsouth.net bigpond.com bk.ru bluewin.ch bol.com.br btinternet.com
  charter.net comcast.net cox.net daum.net duck.com earthlink.net fastmail.com fastmail.fm free.fr freenet.de gmail.com
  gmx.at gmx.ch gmx.com gmx.de gmx.net googlemail.com hanmail.net hey.com home.nl iinet.net.au icloud.com inbox.lv
  inbox.ru interia.pl juno.com kpnmail.nl laposte.net libero.it list.ru live.be live.ca live.co.uk live.com
  live.com.au live.de live.dk live.fr live.it live.nl live.no live.se mac.com mail.com mail.ru
  mailbox.org me.com msn.com naver.com neuf.fr o2.pl onet.pl optonline.net orange.fr outlook.com outlook.de pm.me
  posteo.de proton.me protonmail.ch protonmail.com qq.com rediffmail.com rogers.com sapo.pt sbcglobal.net seznam.cz
  sfr.fr shaw.ca sina.com sky.com skynet.be sohu.com swissonline.ch t-online.de telenet.be telia.com terra.com.br
  tin.it tiscali.it tuta.com tutanota.com ukr.net uol.com.br verizon.net virgilio.it virgin.net virginmedia.com
  wanadoo.fr web.de wp.pl xs4all.nl xtra.co.nz ya.ru yandex.com yandex.ru yeah.net ymail.com ziggo.nl zoho.com`.split(
    /\s+/,
  ),
);

const everywhere = ['gmx', 'hotmail', 'outlook', 'rocketmail', 'yahoo', 'yandex'];

/** Whether mailboxes at this very domain are for everybody. Lower case, ASCII. */
export function isMailProvider(domain: string): boolean {
  if (domains.has(domain)) return true;
  const [first = '', ...rest] = domain.split('.');
  // `yahoo.de`, `hotmail.co.uk`: the name and a suffix, nothing before it.
  return (
    everywhere.includes(first) &&
    rest.length > 0 &&
    rest.length <= 2 &&
    rest.every((label) => label.length <= 3)
  );
}
