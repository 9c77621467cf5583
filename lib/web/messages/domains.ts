/** The page on which an owner lets a server send as further domains. */
export const domains = {
  title: 'Sender domains',
  lead: (server: string) => `Whitelisted addresses of ${server} may send as these domains and as no other.`,
  link: 'Sender domains',
  caption: 'Verified sender domains',
  domain: 'Domain',
  by: 'Verified',
  since: 'Since',
  sources: { feed: 'by the platform', txt: 'by a TXT record' },
  end: 'Remove',
  endTitle: (domain: string) => `Remove ${domain}`,
  endText:
    'From the next moment on mail from this domain is refused on every node. An address that may send as no other domain can then send nothing.',
  ended: 'The domain is removed on every node.',
  fromFeed: 'The platform has verified this domain. It can be removed there alone.',
  emptyTitle: 'No domain is verified yet',
  empty:
    'Without one no address of this server can be whitelisted. Add the domain that your devices send as.',
  add: 'Add a domain',
  name: 'Domain',
  nameHint: 'The part behind the @ of the sender. Of a subdomain, the subdomain itself.',
  namePlaceholder: 'example.com',
  button: 'Add domain',
  pending: 'One moment',
  added: 'Added. Publish its record next: it stands above.',
  missing: 'Type the domain that your devices send as.',
  ownersOnly: 'Only an owner of the account can do this.',
  waitingTitle: (domain: string) => `${domain} waits for its record`,
  waiting:
    'Publish this TXT record where the domain’s DNS is kept, then check it. The record has to stay: it is looked at again now and then.',
  missingTitle: (domain: string) => `The record of ${domain} is missing`,
  missingUntil: 'By this TXT record we know that the domain is yours. Addresses may send as it until',
  missingNext: 'Publish the record again until then, then check it. It has to stay.',
  missingShort: (date: string) =>
    `Publish it again by ${date}. After that no address may send as this domain any more.`,
  open: 'See the record',
  moreWait: 'More domains wait. They come here when these are done.',
  recordName: 'Name',
  recordValue: 'Value',
  copyName: 'Copy the name of the record',
  copyValue: 'Copy the value of the record',
  check: 'Check now',
  checking: 'Asking the name servers',
  giveUp: 'Give up',
  checked: 'Last checked',
  verified: 'Verified. It holds on every node.',
  outcomes: {
    no_record: {
      message: 'There is no such record yet.',
      nextStep: 'Publish it and check again. A new record may take some minutes to be seen.',
    },
    other_value: {
      message: 'There is a TXT record of this name, and its value is another one.',
      nextStep: 'Compare it letter by letter with the value here.',
    },
    temporary_error: {
      message: 'The name servers of the domain did not answer.',
      nextStep: 'Nothing is decided by that. Check again in a few minutes.',
    },
  },
  refusals: {
    not_a_domain: {
      message: 'This is not a domain name.',
      nextStep: 'Type the part behind the @, such as example.com.',
    },
    public_suffix: {
      message: 'Strangers register names below this one, so it is nobody’s own.',
      nextStep: 'Type your own domain below it.',
    },
    mail_provider: {
      message: 'Everybody can have a mailbox at this domain, so it is not yours alone.',
      nextStep: 'Use a domain of your own. Devices can send with the SMTP user and password meanwhile.',
    },
    already_verified: {
      message: 'This domain is verified already.',
      nextStep: 'It stands in the list above.',
    },
    too_many: {
      message: 'Too many domains wait for their record.',
      nextStep: 'Publish the records of those that stand above, or give some up.',
    },
    throttled: {
      message: 'Many domains were added to this server today.',
      nextStep: 'Go on tomorrow.',
    },
    from_feed: {
      message: 'The platform has verified this domain.',
      nextStep: 'Remove it where the platform keeps its domains.',
    },
  },
};
