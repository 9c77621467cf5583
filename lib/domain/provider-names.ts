// What is known of how providers name addresses, for names whose own words do not say it: `200-1-2-3.example` may be a
// home or an office. From the providers' own help pages and from names as they appear in mail headers and logs.

/** What the owner of a domain sells. */
export type ProviderKind = 'access' | 'business' | 'hosting' | 'mail';

function domains(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/** Lines into homes and mobile phones. The domain alone decides nothing: their own servers have names in it too. */
const access = domains(`
  comcast.net attbi.com rr.com roadrunner.nf.net adelphia.net cox.net cox-internet.com charter.com spectrum.com
  verizon.net myvzw.com vzw.com bellsouth.net swbell.net pacbell.net ameritech.net snet.net sbcglobal.net att.net
  optonline.net cablevision.com rcn.com wideopenwest.com wowway.com knology.net insightbb.com mchsi.com mediacomcc.com
  suddenlink.net cebridge.net qwest.net centurytel.net centurylink.net embarqhsd.net frontiernet.net frontier.com
  windstream.net tds.net earthlink.net mindspring.com prodigy.net hughes.net starlink.com starlinkisp.net shawcablesystems.net mycingular.net skybroadband.com totinternet.net nuro.jp tmodns.net
  spcsdns.net sprintpcs.com cablelynx.com buckeyecom.net armstrong.net grandecom.net consolidated.net atlanticbb.net
  metrocast.net hawaiiantel.net gci.net alaska.net dialinx.net popsite.net corecomm.net netzero.net
  rogers.com shawcable.net shaw.ca videotron.ca bell.ca sympatico.ca telus.net cogeco.net eastlink.ca aliant.net
  sasknet.sk.ca mts.net teksavvy.com start.ca distributel.net
  btcentralplus.com btopenworld.com bt.com virginm.net virginmedia.com blueyonder.co.uk ntl.com ntlworld.com plus.com
  sky.com talktalk.net opaltelecom.net tiscali.co.uk as13285.net as9105.com as43234.net threembb.co.uk ee.co.uk
  hyperoptic.com zen.co.uk demon.co.uk eir.ie eircom.net vodafone.ie
  t-ipconnect.de t-dialin.net arcor-ip.net arcor-ip.de vodafone-ip.de um.de unitymediagroup.de superkabel.de
  kabel-deutschland.de kabel-badenwuerttemberg.de versanet.de telefonica.de alicedsl.de hansenet.de mnet-online.de
  m-online.net netcologne.de nc.de ewe-ip-backbone.de ewetel.de htp.net htp-tel.de tisdip.tiscali.de freenet.de
  mediaways.net pppool.de dtag.de o2online.de pyur.net primacom.net osnanet.de wtnet.de
  liwest.at chello.at surfer.at kabsi.at highway.telekom.at a1.net inode.at utaonline.at tele2.at teleweb.at drei.com
  salzburg-online.at aon.at hispeed.ch bluewin.ch sunrise.ch adslplus.ch swisscom.ch quickline.ch
  proxad.net free.fr wanadoo.fr abo.wanadoo.fr numericable.fr sfr.net gaoland.net bbox.fr club-internet.fr
  noos.fr neuf.fr tele2.fr orange.fr
  telenet.be skynet.be belgacom.be proximus.be voo.be scarlet.be edpnet.net
  chello.nl ziggo.nl upc.nl home.nl quicknet.nl casema.nl a2000.nl xs4all.nl planet.nl wanadoo.nl kpn.net tele2.nl
  caiway.nl delta.nl solcon.nl tweak.nl telfort.nl hetnet.nl fixed.kpn.net
  rima-tde.net telefonica.net ono.com jazztel.es orange.es orangecustomers.net euskaltel.es mundo-r.com r.cable.es
  vodafone.es masmovil.com adamo.es telepac.pt netcabo.pt vodafone.pt clix.pt nowo.pt meo.pt
  telecomitalia.it fastwebnet.it fastres.net libero.it infostrada.it wind.it tiscali.it vodafonedsl.it eolo.it
  linkem.com tre.it iliad.it
  telia.com bredband.com bredbandsbolaget.se comhem.se tele2.se glocalnet.net bahnhof.se telenor.se t3.se
  online.no getinternet.no lyse.net nextgentel.com telenor.net altibox.net tdc.net tele.dk stofanet.dk
  kabelnettet.dk fullrate.dk webspeed.dk cybercity.dk ewii.dk inet.fi elisa-laajakaista.fi elisa.fi dnainternet.fi
  sonera.fi welho.com simnet.is hringdu.is
  tpnet.pl chello.pl netia.com.pl multimo.pl vectranet.pl upc.com.pl aster.pl inetia.pl plus.pl play.pl toya.net.pl
  upc.cz o2.cz iol.cz upcbroadband.cz vodafone.cz chello.sk orange.sk t-com.sk upc.hu t-online.hu chello.hu
  broadband.hu digikabel.hu invitel.hu rdsnet.ro romtelecom.net upcnet.ro astral.ro
  bol.bg btc-net.bg cablebg.net otenet.gr forthnet.gr hol.gr wind.gr cyta.gr cytanet.com.cy t-com.hr iskon.hr
  sbb.rs telekom.rs siol.net amis.net t-2.net
  rostelecom.ru corbina.ru beeline.ru mts.ru mtu-net.ru ufanet.ru bashtel.ru dom.ru ertelecom.ru domolink.ru
  avangarddsl.ru sovam.net.ru ukrtel.net kyivstar.net volia.net triolan.net volia.com ukr.net velton.ua byfly.by
  beltelecom.by telecom.kz online.kz starnet.md moldtelecom.md
  ttnet.com.tr ttnet.net.tr superonline.net turk.net turktelekom.com.tr kablonet.com.tr turkcell.com.tr
  bezeqint.net netvision.net.il barak-online.net barak.net.il inter.net.il 012.net.il hotnet.net.il
  alshamil.net.ae emirates.net.ae etisalat.ae saudi.net.sa stc.com.sa omantel.net.om batelco.com.bh qtel.net.qa
  link.net tedata.net menara.ma iam.net.ma topnet.tn
  mweb.co.za telkomadsl.co.za telkomsa.net saix.net vodacom.co.za mtn.co.za afrihost.co.za neotel.co.za
  wananchi.com jambo.co.ke mtnnigeria.net
  airtelbroadband.in airtel.in touchtelindia.net bsnl.in mtnl.net.in bol.net.in hathway.com jio.com asianet.co.in
  actcorp.in tataidc.co.in vsnl.net.in slt.lk dialog.lk ptcl.net.pk ptcl.com.pk wateen.net
  hinet.net seed.net.tw so-net.net.tw tfn.net.tw apol.com.tw kbtelecom.net giga.net.tw
  netvigator.com hkcable.com.hk i-cable.com hgc.com.hk hkbn.net ctm.net singnet.com.sg maxonline.com.sg starhub.net.sg
  tm.net.my maxis.net.my jaring.my streamyx.com telkom.net.id fast.net.id indosat.net.id
  pldt.net skybroadband.com.ph globe.com.ph viettel.vn vnpt.vn fpt.vn asianet.co.th totbb.net tot.co.th 3bb.co.th
  ocn.ne.jp so-net.ne.jp asahi-net.or.jp bbtec.net dion.ne.jp mesh.ad.jp plala.or.jp nifty.com eonet.ne.jp
  home.ne.jp zaq.ne.jp ucom.ne.jp spacelan.ne.jp infoweb.ne.jp tiki.ne.jp commufa.jp odn.ad.jp odn.ne.jp
  ppp-bb.dion.ne.jp au-net.ne.jp spmode.ne.jp panda-world.ne.jp jcom.zaq.ne.jp
  163data.com.cn cndata.com bta.net.cn gd.cn krline.net kornet.net
  bigpond.net.au optusnet.com.au tpgi.com.au iinet.net.au iprimus.net.au dodo.com.au internode.on.net chariot.net.au
  westnet.com.au adam.com.au aapt.net.au exetel.com.au unwired.net.au ains.net.au telstra.net vividwireless.net.au
  xtra.co.nz slingshot.co.nz orcon.net.nz telstraclear.net paradise.net.nz vodafone.co.nz spark.co.nz
  telesp.net.br brasiltelecom.net.br veloxzone.com.br virtua.com.br gvt.net.br ajato.com.br vivozap.com.br
  dialuol.com.br brdterra.com.br dialterra.com.br terra.com.br uol.com.br sercomtel.com.br ctbcnetsuper.com.br
  vivo.com.br netvirtua.com.br clarobr.com.br oi.com.br timbrasil.com.br papalegua.com.br popline.com.br
  fibertel.com.ar prima.net.ar telecom.net.ar speedy.com.ar telecentro.com.ar arnet.com.ar movi.com.ar ifxnw.com.ar
  cablevision.com.ar bbt.net.ar netizen.com.ar tutopia.com anteldata.net.uy adinet.com.uy dedicado.com.uy
  vtr.net entelchile.net tie.cl telmex.net.co etb.net.co cable.net.co une.net.co cotas.com.bo entelnet.bo
  prod-infinitum.com.mx cablevision.net.mx megared.net.mx totalplay.net axtel.net izzi.mx cablemas.com
  cantv.net inter.com.ve supercable.net.ve codetel.net.do claro.net.do ice.co.cr racsa.co.cr cwjamaica.com
  cableonda.net telefonica-ca.net speedy.net.pe coqui.net
  tpg.com.au megaegg.ne.jp nttpc.ne.jp uu.net
`);

/** Lines into companies; a generic name there is no sign of a pool. */
const business = domains(`
  birch.net acedsl.com bway.net dsl.net fdn.com genuity.net bbnplanet.net verio.net concentric.net above.net
  broadwing.net sprintlink.net attens.net ip.att.net radiant.net uniserve.ca nildram.co.uk
  no-dns-yet.enta.net tng.de eutelia.it novis.pt direct-adsl.nl sovintel.ru sovintel.net macomnet.net
  bit-drive.ne.jp vectant.ne.jp imsbiz.com hutchcity.com inet.co.th
  powertel.net.au intelig.net.br protel.net.mx comsat.net.ar techtel.net
  comcastbusiness.net bigpipeinc.com mcleodusa.net gblx.net towerstream.com newedgenetworks.com mtsallstream.net
  bellnexxia.net easynet.co.uk timico.net spitfireuk.net entanet.co.uk enta.net nerim.net celeste.fr nextlayer.at
  cyberlink.ch init7.net albacom.net prioritytelecom.net broadnet.no globalconnect.dk rt-comm.ru bora.net
  sify.net spectranet.in uecomm.com.au fx.net.nz mundivox.com tdatabrasil.net.br bestel.com.mx avantel.net.mx
  iplannetworks.net metrored.net.ar gtdinternet.com nuvox.net xo.net cogentco.com level3.net lumen.com twtelecom.net paetec.net cbeyond.net
  broadviewnet.net deltacom.net mpowercom.net telepacific.net integra.net integratelecom.com eli.net alter.net psi.net
  psinet.com savvis.net speakeasy.net megapath.net choiceone.net algx.net grouptelecom.net allstream.net zayo.com
  gtt.net he.net onecommunications.net lightpath.net earthlinkbusiness.net biz.rr.com tierpoint.net logix.net
  oleane.net oleane.fr completel.net colt.net coltfrance.com btireland.net vmbusiness.net virginmediabusiness.co.uk
  claranet.co.uk exponential-e.net gammatelecom.com daisyplc.net aaisp.net.uk
  qsc.de plusnet.de plusline.net ecotel.de ziggozakelijk.nl bt.net vodafonebusiness.net
  interbusiness.it safaricombusiness.co.ke interoute.net tataidc.net tatacommunications.com internetbusiness.com.br mclink.it retelit.it
  uninet-ide.com.mx alestra.net.mx neutel.com.mx impsat.net.ar impsat.com globalcrossing.net embratel.net.br
  chinaunicom-ent.cn hkbnes.net ctinets.com equant.net is.co.za macquarietelecom.com vocus.com.au soulaustralia.com.au
`);

/** Rented machines. */
const hosting = domains(`
  amazonaws.com googleusercontent.com linode.com linodeusercontent.com members.linode.com digitalocean.com
  vultr.com vultrusercontent.com choopa.net your-server.de hetzner.com hetzner.de clients.your-server.de
  ovh.net ovh.ca ovh.us kimsufi.com soyoustart.com ip-1.eu poneytelecom.eu online.net scaleway.com leaseweb.com
  leaseweb.net contabo.net contaboserver.net contabo.host stratoserver.net onlinehome-server.info
  onlinehome-server.com ionos.com kundenserver.de 1and1.com 1and1.co.uk secureserver.net softlayer.com
  networklayer.com sl-reverse.com theplanet.com ev1servers.net rackspace.com slicehost.net slicehost.com serverbeach.com
  liquidweb.com sourcedns.com hostgator.com websitewelcome.com bluehost.com unifiedlayer.com dreamhost.com
  inmotionhosting.com hostwindsdns.com hostwinds.com quadranet.com colocrossing.com ubiquityservers.com nocix.net
  multacom.com sharktech.net psychz.net frantech.ca buyvm.net ramnode.com m247.com servercentral.net steadfast.net
  singlehop.net singlehop.com limestonenetworks.com colo4.com hivelocity.net interserver.net webair.net
  maximumasp.com hostsharing.net hosteurope.de server4you.de intergenia.de plusserver.de myloc.de netcup.net
  yourvserver.net aruba.it arubacloud.com tiscalihosting.com infomaniak.ch gandi.net alwaysdata.net worldstream.nl
  transip.net transip.nl serverius.net tilaa.nl memset.com memset.net bytemark.co.uk fasthosts.co.uk
  heartinternet.uk ukservers.com sakura.ne.jp arena.ne.jp gmo.jp conoha.io xserver.jp kagoya.net locaweb.com.br
  kinghost.net dattatec.com nexcess.net pair.com futurehosting.com timeweb.ru selectel.ru reg.ru firstvds.ru
  masterhost.ru hostkey.ru alibaba.com aliyun.com tencent.com myqcloud.com azure.com cloudapp.net cloudapp.azure.com
  pbiaas.com one.com fornex.cloud kasserver.com oraclevcn.com upcloud.host exoscale.com kamatera.com cloudsigma.net dedipath.com time4vps.cloud hostshield.net
`);

/** Clouds that many organisations send their mail with. */
const mail = domains(`
  google.com googlemail.com outlook.com hotmail.com microsoft.com office365.com yahoo.com yahoodns.net aol.com
  amazonses.com sendgrid.net mailgun.net mailgun.org sparkpostmail.com mandrillapp.com mcsv.net mcdlv.net rsgsv.net
  mailchimp.com postmarkapp.com mtasv.net sendinblue.com mailjet.com sailthru.com exacttarget.com constantcontact.com
  roving.com responsys.net mimecast.com pphosted.com messagelabs.com mxlogic.net postini.com psmtp.com barracuda.com
  ess.barracudanetworks.com trendmicro.com iphmx.com mailcontrol.com messagingengine.com zoho.com me.com icloud.com
  apple.com yandex.net yandex.ru mail.ru 126.com 163.com qq.com kundenserver.de gmx.net web.de emailsrvr.com
  substack.com klaviyomail.com zdsys.com oracleemaildelivery.com mailspamprotection.com hornetsecurity.com antispamcloud.com facebook.com linkedin.com
`);

const kinds = new Map<string, ProviderKind>();
for (const [kind, list] of [
  ['access', access],
  ['hosting', hosting],
  ['mail', mail],
  ['business', business],
] as const) {
  for (const domain of list) kinds.set(domain, kind);
}

/** What the owner of a name sells, by the longest known domain at the end of the name. */
export function providerOf(
  name: string,
): { readonly domain: string; readonly kind: ProviderKind } | undefined {
  const labels = name.split('.');
  for (let first = 0; first < labels.length - 1; first += 1) {
    const domain = labels.slice(first).join('.');
    const kind = kinds.get(domain);
    if (kind !== undefined) return { domain, kind };
  }
  return undefined;
}

export type Convention = 'static' | 'dynamic' | 'generic_hosting';

/**
 * Conventions that no word gives away. `hinet-ip` is HiNet's fixed addresses, `wsip` Cox's and `rrcs` Road Runner's
 * business lines, `in-addr` the fixed ones of Zen and BT, `internetdsl` the business product of Telekomunikacja Polska; KPN's `fixed` is the
 * network of its home lines, as opposed to mobile, and AOL's `ipt` and `proxy` its dial-in; OVH names servers in
 * domains like `ip-198-51-100.eu`; `openstacklocal` is the name that OpenStack gives to machines; Starlink has one name for
 * all customers behind a point of presence.
 */
const conventions: readonly (readonly [pattern: RegExp, says: Convention])[] = [
  [/(?:^|\.)hinet-ip\.hinet\.net$/, 'static'],
  [/^wsip-.*\.cox\.net$/, 'static'],
  [/^rrcs-.*\.rr\.com$/, 'static'],
  [/\.in-addr\.(?:zen\.co\.uk|btopenworld\.com)$/, 'static'],
  [/\.internetdsl\.tpnet\.pl$/, 'static'],
  [/^h-[0-9-]+\.[a-z0-9]+\.covad\.net$/, 'static'],
  [/\.(?:ipt|proxy)\.aol\.com$/, 'dynamic'],
  [/\.ip-[0-9]{1,3}-[0-9]{1,3}-[0-9]{1,3}\.(?:eu|net|us)$/, 'generic_hosting'],
  [/^(?:[a-z0-9-]+\.)+(?:openstacklocal|novalocal)$/, 'generic_hosting'],
  [/\.fixed\.kpn\.net$/, 'dynamic'],
  [/^[0-9a-z.-]+\.fbxo?\.proxad\.net$/, 'dynamic'],
  [/^customer\.[a-z0-9]+\.(?:pop\.starlinkisp\.net|isp\.starlink\.com)$/, 'dynamic'],
];

/** What a provider's own convention says of a name, if it is a known one. */
export function conventionOf(name: string): Convention | undefined {
  return conventions.find(([pattern]) => pattern.test(name))?.[1];
}
