import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Day } from "slipway/facts";
import { packageFolder } from "../../toolchain/paths";
import type { Price } from "./charges";

/** Prices in the order of {@link Snapshot.regions}; null where there is none. */
type ByRegion = (number | null)[];

/** Prices of a storage class of Cloud Storage, per GiB. */
interface ClassPrices {
    regional: ByRegion;
    /** By multi-region and predefined dual-region. */
    large: Record<string, number>;
}

/** The contents of the file: see README.md. */
interface Snapshot {
    source: string;
    commit: string;
    date: Day;
    regions: string[];
    machines: Record<string, { onDemand: ByRegion; spot: ByRegion }>;
    disks: Record<string, ByRegion>;
    regionalDisks: Record<string, ByRegion>;
    localSsd: { onDemand: ByRegion; spot: ByRegion };
    snapshots: ByRegion;
    addresses: { unused: ByRegion; machine: ByRegion };
    nat: { gateway: ByRegion; data: ByRegion };
    vpnTunnels: ByRegion;
    egress: ByRegion;
    buckets: Record<string, ClassPrices>;
    retrieval: Record<string, ClassPrices>;
    metrics: ByRegion;
}

let content: Snapshot | undefined;

/** The prices of Compute Engine and Cloud Storage on one day, by region. */
export function snapshot(): Snapshot {
    content ??= JSON.parse(
        gunzipSync(
            readFileSync(join(packageFolder(), "local", "commands", "cost", "prices-2026-07.json.gz")),
        ).toString(),
    ) as Snapshot;
    return content;
}

/** A price of the snapshot; undefined if it has none. */
export const listed = (amount: number | null | undefined, unit: string): Price | undefined =>
    amount === null || amount === undefined
        ? undefined
        : { amount, unit, source: snapshot().source, checked: snapshot().date };

/** The price in a region; undefined if the snapshot has none. */
export const inRegion = (prices: ByRegion | undefined, region: string, unit: string): Price | undefined =>
    listed(prices?.[snapshot().regions.indexOf(region)], unit);
