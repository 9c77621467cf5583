// Words that access providers, hosters and companies put into the names of addresses, in the languages that they
// are written in. Matched against whole tokens: a name is cut at everything that is no letter.

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

/** The address changes hands: nobody calls a machine so. */
export const dynamicWords = words(`
  dyn dynamic dynip dynamicip dynadsl dyndsl dynpool dynuser dynhost dinip dinamic dinamico dinamica dinamik dinamicki
  dinamicni dynamisch dynamique dynamiczny dynamiczne dynamisk dynamicke dhcp dhcps ddhcp ippool ippools poolip
  pppool adslpool dslpool userpool natpool pppoe ppoe pppoa ppp ppps pppo dialup dialin dialip dialpool
  dialuser dialcat discado acessodiscado modempool modembank cgn cgnat cgnatpool
  dinamicka dinamicke dinamichen dinamis dinamikus dynaaminen dynamicka dynamicky dongtai nonstatic ddns dyndns
  einwahl inbel inbellen bohao vpdn ipoe nat444 dynamiki
`);

/** The same where a number stands beside it; alone it may be a company's own NAT gateway or guest network. */
export const poolWords = words(`
  pool pools dip dips dipo tisdip din dial dialer dup isdn pstn slip pptp ppptp l2tp lns bras ras rasip bootp nat grenat
  tmp temp roaming hotspot guest guests
`);

/** How a line reaches the home. */
export const accessWords = words(`
  dsl adsl vdsl xdsl gdsl rdsl idsl adslplus adslgp cable cab kabel cabo catv cm cmts cpe modem modems
  cablemodem modemcable cablelink cablep hfc docsis ubr upc hsd hsdb hsi hs hispeed highspeed
  ftth fttx fttb fttp fttc gpon epon pon ont onu fiber fibre fibra fibras glasfaser fios fib
  bb bband broadband broad bredband bredb breitband laajakaista bandalarga bandaancha banda brdband homebb
  3g 4g 5g wireless wless wifi wlan wimax wisp wll lte umts gprs gsm cdma evdo hspa mobile mob mobil movil movel mobiel
  celular cell cellular vsat satellite radio flets ethernet etth homelan turbo speedy velox maxtnt xdslline
  kuandai guangxian hikari glasvezel breedband kuitu valokuitu optika fibernet fwa mbb wbb mobilt mobilfunk mobilnet
  funk bezdrat svetovod swiatlowod neostrada lacze yidong m2m iot apn ggsn pgw pdsn hotspots anschluss kablovska
  kabeltv hautdebit gfast condominio homenet
`);

/** Who sits behind it: someone's customer, or a home. */
export const customerWords = words(`
  cust custs clnt clnts customer customers client clients cliente clientes dclient kunde kunden klient klienti klienten
  user users usr usuario usuarios utente utenti assinante asignado abo abos abonne abonnes abonent abonnent abonnement
  subs sub subscr subscriber subscribers home homes homeuser haus heim casa dom domowy hogar foyer res resi
  resid residential residencial residenziale residentiel resnet retail priv privat private privado privati
  particulier particulares personal consumer domestic student students dorm dorms apt apartment fbx rescom
  klant klanten teilnehmer haushalt wohnheim privatkunde privatkunden zakaznik zakaznici domacnost elofizeto ugyfel
  lakossagi rezidential clienti abonat abonati korisnik pretplatnik abonado abonados hogares domicilio domiciliario
  masivo lar utenza residenziali famiglia domicile grandpublic thuis huis asiakas kunder hemma hjemme kollegie koti
  musteri bireysel abone fizlico fiz jiating geren yonghu katei mansion pelanggan rumah khachhang residence hostel
  halls tenant tenants household
`);

/** Machines as a provider counts them; says little, as companies call their own so too. */
export const countedWords = words(`
  host hosts node nodes ip ips addr address computer workstation pc port int line unknown unassigned unused rev
  reverse ptr net access acc edge doc max tnt apx nas sat public
  rdns norev noptr nordns noreverse nodns noname unnasigned nonassigned unallocated spare free reserved generic
  inaddr addresses wan lan segment zone block seg
`);

/** One holder for long: the word itself says so. */
export const staticWords = words(`
  static statics staticip staticaddr staticdsl staticadsl statip ipstatic stat sta statik statique statisch estatico
  estatica estaticos statico statica staticni statyczny statyczne statisk stacionar stacionarni stationary
  fixed fixedip fix fixip ipfix fixo fixa fijo fija ipfijo ipfija fisso fissa fest feste festeip festip sabit kotei
  permanent nonpool
  fixe fixes vast vaste pevna staticka staticke statyczna statikus statis statiki kiintea jingtai guding permanente
  tetap fixedline statisches
`);

/** A company's line, or the kind of line that only companies have. */
export const businessWords = words(`
  business businesses busi busname biz bizz bizlink smb sme corp corporate corporativo corporativa corporativos
  corporation empresa empresas empresarial enterprise enterprises office offices commercial comercial
  company companies firma firmen firmenkunden gewerbe geschaeft geschaeftskunden zakelijk bedrijf bedrijven entreprise
  entreprises affaires aziende azienda impresa imprese negocio negocios biznes biznesu yritys yrityspalvelu foretag
  erhverv bedrift kurumsal houjin btob b2b work pro profi professional
  leased leasedline ll ipd ded dedicated dedicado dedicata dedie dedik sdsl shdsl gshdsl hdsl ssdsl
  wsip rrcs metroe metroethernet mpls efm demarc ptp
  dia pyme pymes professionnel professionnels aziendale aziendali affari standleitung gewerblich firemni podnik
  poslovni poslovna uzleti ceges vallalati berelt firme yurlico urlica qiye zhuanxian hojin perusahaan bizclass
  bizfiber dedicatedline privateline
`);

/** Rented machines. */
export const hostingWords = words(`
  vps vds kvm xen openvz vm vms virt virtual virtualserver cloud clouds cloudserver compute instance droplet
  dedi dedic dedis dedicatedserver rootserver hosting hosted webhosting hostedby
  hostingservices colo colocation datacenter datacentre idc rack reseller cpanel plesk whm onlinehome vhost
  webserver poneytelecom
`);

/** What a machine is for. A name that says so was given by whoever runs the machine. */
export const roleWords = words(`
  mail mails mailer mailgw mailgate mailgateway mailhost mailhub mailout mailin mailrelay mailserver mailsrv mailx
  smtp smtps smtpout smtpin smtpgw smtprelay asmtp esmtp mx mxs mta mtas mailmx relay relays relayout exchange exch
  exchsrv owa webmail imap pop popper postfix exim qmail sendmail zimbra mdaemon kerio postmaster mbox
  list lists listserv news newsletter spam antispam spamfilter filter barracuda ironport iport sender send sending
  forward forwarder out outbound inbound outgoing incoming post postamt correo correio posta poczta email
  ns dns resolver resolvers nameserver www web ftp sftp vpn fw firewall utm gw gate gateway router proxy cache
  remote rdp citrix hq intranet extranet portal api app apps sql git erp crm sip pbx voip server servers serv
  srv srvr  bounce bounces edm campaign notify vip
  smarthost mailfilter mailman listserver antivirus avas courriel courrier messagerie pochta poshta eposta posti
  mejl pec servidor serveur serwer sunucu szerver palvelin pfsense fortigate sophos zywall watchguard sonicwall
  printer scanner copier kopierer drucker buero kantoor bureau oficina ufficio biuro kontor toimisto ofis escritorio
  branch zentrale sede filiale clinic klinik praxis kanzlei rathaus schule mdm ldap backup monitor helpdesk
  ticket jira wiki gitlab cloudmail autodiscover mobilemail edgemail mgw mailsender delivery deliver dispatch
`);

/** Words that stand for themselves also as a part of a longer token (`adslpool`, `modemcable`, `staticip`). */
export const partsOfTokens: readonly (readonly [
  part: string,
  of: 'static' | 'business' | 'dynamic' | 'access' | 'customer',
])[] = [
  ['static', 'static'],
  ['statyczn', 'static'],
  ['statisch', 'static'],
  ['statik', 'static'],
  ['estatic', 'static'],
  ['business', 'business'],
  ['empresa', 'business'],
  ['corporat', 'business'],
  ['dedicated', 'business'],
  ['dynamic', 'dynamic'],
  ['dinamic', 'dynamic'],
  ['dinamik', 'dynamic'],
  ['dynamisch', 'dynamic'],
  ['dhcp', 'dynamic'],
  ['pppoe', 'dynamic'],
  ['dialup', 'dynamic'],
  ['cgnat', 'dynamic'],
  ['dsl', 'access'],
  ['cable', 'access'],
  ['modem', 'access'],
  ['broadband', 'access'],
  ['breitband', 'access'],
  ['bredband', 'access'],
  ['wireless', 'access'],
  ['ftth', 'access'],
  ['fttx', 'access'],
  ['wimax', 'access'],
  ['catv', 'access'],
  ['gpon', 'access'],
  ['fiber', 'access'],
  ['fibra', 'access'],
  ['fibre', 'access'],
  ['kabel', 'access'],
  ['subscriber', 'customer'],
  ['customer', 'customer'],
  ['residen', 'customer'],
];

/** The same for the beginning of a token (`pppa33`, `dialuol`); less sure, `dialer3` makes telephone calls. */
export const beginningsOfTokens: readonly string[] = ['ppp', 'dial', 'dyn', 'pool'];

/** The same for either end of a token (`domail1`, `hpsmtp`). */
export const endsOfTokens: readonly string[] = ['mail', 'smtp', 'mta'];

/** Business words so short or so general that a word that says *dynamic* outweighs them (`mx-ll-…dynamic…`). */
export const vagueBusinessWords = words(`
  ll ptp pro work sme demarc office offices professional profi corp
`);

/** Machines that a provider has by the thousand: beside a whole address they say nothing of a person's choice. */
export const gatewayWords = words('gw gate gateway router out outbound proxy cache nas vpn');

/** Words that only look like one of the above. */
export const innocentWords = words(`
  dialog dialogue dialogic dialect dynasty dynamics dynamite dynamo poole carpool liverpool blackpool cordial medical
  applicable
`);
