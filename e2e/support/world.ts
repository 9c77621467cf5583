// What name servers, the DNS list and the registry of the tests know. Addresses that are not here have no name, are on
// no list and registered to nobody.

type Host = {
  /** Names that lead back to the address. */
  names?: string[];
  /** Names that lead nowhere. */
  claimed?: string[];
  /** The list's answer. */
  listed?: string;
  /** Whom the registry names, and what it calls the network. */
  holder?: string;
  network?: string;
  /** Nothing answers. */
  down?: boolean;
};

const clean = { holder: 'Acme Devices B.V.', network: 'ACME-OFFICE' };

/** The addresses that stories happen at. */
export const at = {
  pool: '45.82.1.7',
  business: '45.82.2.7',
  contested: '45.82.3.7',
  silent: '45.82.4.7',
  questioned: '45.82.5.7',
  range: '45.82.6.8/29',
  raced: '45.82.7.7',
  judgedAnew: '45.82.8.7',
  poolByPolicy: '45.82.9.1',
  listedPolicy: '45.82.9.2',
  anothers: '45.82.9.3',
  cloud: '45.82.9.4',
  spammer: '45.82.9.5',
  abused: '45.82.9.6',
  unproven: '45.82.9.7',
  members: '45.82.9.8',
} as const;

export type World = { list: string; hosts: Record<string, Host> };

export const world: World = {
  list: 'zen.lists.example',
  hosts: {
    [at.pool]: {
      names: ['45-82-1-7.dyn.pool.provider.example'],
      holder: 'Provider',
      network: 'PROVIDER-NET',
    },
    [at.business]: { names: ['mail.acme.example'], ...clean },
    [at.contested]: { holder: 'Provider', network: 'PROVIDER-NET' },
    [at.silent]: { down: true },
    [at.questioned]: { holder: 'Provider', network: 'PROVIDER-NET' },
    [at.range]: clean,
    '45.82.6.9': { names: ['a.acme.example'] },
    '45.82.6.10': { names: ['b.acme.example'] },
    [at.raced]: { names: ['raced.acme.example'], ...clean },
    [at.judgedAnew]: { listed: '127.0.0.77', ...clean },
    [at.poolByPolicy]: { names: ['45-82-9-1.dsl.dynamic.provider.example'] },
    [at.listedPolicy]: { listed: '127.0.0.10' },
    [at.anothers]: { names: ['mail.unrelated-company.example'], holder: 'Unrelated Company' },
    [at.cloud]: { names: ['mail-ej1-f41.google.com'] },
    [at.spammer]: { names: ['mail.acme.example'], listed: '127.0.0.2', ...clean },
  },
};
