import { availableParallelism, cpus, loadavg } from 'node:os';
import type { Missing } from './gateway.ts';
import type { CpuTime } from './process.ts';

/** One round of one gateway. */
export type Sample = {
  readonly measure: string;
  readonly gateway: string;
  /** messages or connections; null where only memory was measured */
  readonly perSecond: number | null;
  /** microseconds each */
  readonly cpu: CpuTime | null;
  readonly octetsEach?: number;
};

/** Markdown: medians, how far the rounds lie apart, and how many times as much as Postfix. */
export function formatTables(
  samples: readonly Sample[],
  measures: Readonly<Record<string, { what: string }>>,
  absent: readonly Missing[],
): string {
  const parts = [
    `${availableParallelism()} cores, ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}, ` +
      `load average ${loadavg()
        .map((load) => load.toFixed(1))
        .join(' ')} at the end.`,
  ];
  for (const measure of new Set(samples.map((sample) => sample.measure))) {
    const all = samples.filter((sample) => sample.measure === measure);
    const title = measures[measure]?.what ?? measure;
    parts.push(
      all.some(({ octetsEach }) => octetsEach !== undefined) ? memory(title, all) : speed(title, all),
    );
  }
  for (const { name, missing } of absent) parts.push(`Without ${name}: ${missing}.`);
  return parts.join('\n\n');
}

function speed(title: string, samples: readonly Sample[]): string {
  const rows = [...new Set(samples.map(({ gateway }) => gateway))].map((gateway) => {
    const own = samples.filter((sample) => sample.gateway === gateway);
    return {
      gateway,
      perSecond: own.flatMap(({ perSecond }) => perSecond ?? []).toSorted((one, other) => one - other),
      cpu: median(own.flatMap(({ cpu }) => (cpu === null ? [] : cpu.user + cpu.system))),
      system: median(own.flatMap(({ cpu }) => cpu?.system ?? [])),
    };
  });
  const base = rows.find(({ gateway }) => gateway === 'Postfix') ?? rows[0];
  const lines = rows
    .toSorted((one, other) => median(other.perSecond) - median(one.perSecond))
    .map(({ gateway, perSecond, cpu, system }) => {
      const times = median(perSecond) / median(base?.perSecond ?? []);
      const range = `${whole(perSecond[0])} to ${whole(perSecond.at(-1))}`;
      return `| ${gateway} | ${whole(median(perSecond))} | ${range} | ${times.toFixed(2)} | ${whole(cpu)} | ${whole(system)} |`;
    });
  return [
    `**${title}**`,
    '',
    `| | a second | rounds | times ${base?.gateway} | CPU µs each | of it the kernel's |`,
    '| --- | --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}

function memory(title: string, samples: readonly Sample[]): string {
  const lines = samples.map(
    ({ gateway, octetsEach }) => `| ${gateway} | ${((octetsEach ?? 0) / 1024).toFixed(1)} |`,
  );
  return [`**${title}**`, '', '| | KiB each |', '| --- | --- |', ...lines].join('\n');
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2;
}

function whole(value: number | undefined): string {
  return Math.round(value ?? 0).toLocaleString('en');
}
