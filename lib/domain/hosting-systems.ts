// Autonomous systems of companies that let machines: what a database of systems is compared with. Names as the regional
// registries have them, state of November 2026.

const systems: ReadonlyMap<number, string> = new Map([
  [7506, 'GMO Internet Group'],
  [8075, 'Microsoft Corporation'],
  [8100, 'QuadraNet Enterprises'],
  [8560, 'IONOS'],
  [9009, 'M247 Europe'],
  [9370, 'SAKURA Internet'],
  [12876, 'Scaleway'],
  [14061, 'DigitalOcean'],
  [14618, 'Amazon'],
  [16276, 'OVH'],
  [16509, 'Amazon'],
  [20454, 'Secured Servers'],
  [20473, 'The Constant Company (Vultr)'],
  [21859, 'Zenlayer'],
  [24940, 'Hetzner Online'],
  [26496, 'GoDaddy'],
  [29802, 'HIVELOCITY'],
  [31898, 'Oracle Corporation'],
  [35916, 'MULTACOM'],
  [36352, 'HostPapa'],
  [40021, 'Contabo'],
  [45102, 'Alibaba'],
  [46606, 'Unified Layer'],
  [47583, 'Hostinger International'],
  [49981, 'WorldStream'],
  [51167, 'Contabo'],
  [53667, 'FranTech Solutions'],
  [55286, 'B2 Net Solutions'],
  [60068, 'Datacamp'],
  [60781, 'LeaseWeb Netherlands'],
  [62240, 'Clouvider'],
  [63949, 'Akamai (Linode)'],
  [132203, 'Tencent'],
  [197540, 'netcup'],
  [199524, 'G-Core Labs'],
  [202053, 'UpCloud'],
  [212238, 'Datacamp'],
  [213230, 'Hetzner Online'],
  [394380, 'Leaseweb USA'],
  [396982, 'Google Cloud'],
]);

/** Whether an autonomous system announces rented machines above all. */
export function isHostingSystem(system: number): boolean {
  return systems.has(system);
}
