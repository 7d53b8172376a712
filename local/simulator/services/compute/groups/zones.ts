/** The zones of a group, and how instances are distributed over them. */
interface Distribution {
    zones: readonly string[];
    shape: string;
}

/**
 * The zone of a new instance. "When the group grows, the group always tries to add VMs to the zones with the smallest number of VMs":
 * https://cloud.google.com/compute/docs/instance-groups/regional-mig-rebalance-manually. `ANY_SINGLE_ZONE` has all in one:
 * https://cloud.google.com/compute/docs/instance-groups/regional-mig-distribution-shape
 *
 * @param used the zone of each instance
 */
export function emptiestZone({ zones, shape }: Distribution, used: readonly string[]): string {
    const [first = ""] = zones;
    if (shape === "ANY_SINGLE_ZONE") {
        return used.find((zone) => zones.includes(zone)) ?? first;
    }
    const count = (zone: string) => used.filter((each) => each === zone).length;
    return zones.reduce((best, zone) => (count(zone) < count(best) ? zone : best), first);
}

/**
 * The next instance to remove. "When the group shrinks, the group always removes VMs from the zones with the largest number of VMs":
 * https://cloud.google.com/compute/docs/instance-groups/regional-mig-rebalance-manually. Which one in its zone, Google does not document.
 *
 * An instance in a zone that the group no longer has is removed first.
 *
 * @param ranks values of an instance, of which the lowest is removed
 * @param candidates those that can be removed; by default all
 */
export function victimOf<Instance extends { zone: string }>(
    instances: readonly Instance[],
    zones: readonly string[],
    ranks: (instance: Instance) => number[],
    candidates: readonly Instance[] = instances,
): Instance | undefined {
    const count = ({ zone }: Instance) =>
        zones.includes(zone) ? instances.filter((each) => each.zone === zone).length : Number.POSITIVE_INFINITY;
    const possible = candidates.filter((each) => instances.includes(each));
    const most = Math.max(0, ...possible.map(count));
    const [first] = possible
        .filter((each) => count(each) === most)
        .sort((one, other) => {
            const [of, others] = [ranks(one), ranks(other)];
            const index = of.findIndex((rank, index) => rank !== others[index]);
            return index < 0 ? 0 : (of[index] as number) - (others[index] as number);
        });
    return first;
}
