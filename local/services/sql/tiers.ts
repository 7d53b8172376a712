import type { Inputs } from "../../rules/rules";
import { invalid } from "./names";
import { editionOf, engineOf } from "./versions";

/** "Machine series overview": the machines of the larger edition; those for much memory are SQL Server's. */
const predefined =
    /^db-(perf-optimized-(N-(2|4|8|16|32|48|64|80|96|128)|C4-(2|4|8))|c4a-highmem-(1|2|4|8|16|32|48|64|72)(-lssd)?|memory-optimized-N-(4|8|16))$/;
const shared = /^db-(f1-micro|g1-small)$/;
const legacy = /^db-n1-(standard-(1|2|4|8|16|32|64|96)|highmem-(2|4|8|16|32|64|96))$/;
const custom = /^db-custom-(N4-)?(\d+)-(\d+)$/;

export const isShared = (tier: string): boolean => shared.test(tier);

/** "Instance settings": whether a machine takes Hyperdisk Balanced, and no other disk. */
export const hasHyperdisk = (tier: string): boolean => /^db-(custom-N4-|c4a-|perf-optimized-C4-)/.test(tier);

/**
 * "Instance settings": processors are one or an even number, with 0.9 to 6.5 GiB each, at least 3.75 GiB, in steps of 256 MiB; of the
 * series N4 an even number, with 2 to 8 GiB each.
 */
function isCustom(tier: string): boolean {
    const [form, series, processors, memory] = custom.exec(tier) ?? [];
    const [cpu, mib] = [Number(processors), Number(memory)];
    const [most, leastEach, mostEach, least] = series ? [80, 2, 8, 0] : [96, 0.9, 6.5, 3840];
    return (
        form !== undefined &&
        ((cpu === 1 && !series) || (cpu % 2 === 0 && cpu > 0 && cpu <= most)) &&
        mib % 256 === 0 &&
        mib >= Math.max(least, cpu * leastEach * 1024) &&
        mib <= cpu * mostEach * 1024
    );
}

/** Refuses a machine type that the edition or the engine does not have. */
export function verifyTier(inputs: Inputs): void {
    const { tier } = inputs.settings;
    const edition = editionOf(inputs);
    const engine = engineOf(inputs.databaseVersion);
    if (edition === "ENTERPRISE_PLUS") {
        if (!predefined.test(tier)) {
            throw invalid(
                `Invalid Tier (${tier}) for (ENTERPRISE_PLUS) Edition. Use a predefined Tier like db-perf-optimized-N-* instead. Learn more at https://cloud.google.com/sql/docs/${engine.toLowerCase()}/create-instance#machine-types.`,
            );
        }
        if (tier.startsWith("db-memory-") && engine !== "SQLSERVER") {
            throw invalid(`Tier (${tier}).`);
        }
        return;
    }
    if (predefined.test(tier)) {
        throw invalid(
            `Invalid Tier (${tier}) for (ENTERPRISE) Edition. Use a shared-core or custom Tier like db-custom-* instead.`,
        );
    }
    if (engine === "POSTGRES" && legacy.test(tier)) {
        throw invalid("Only custom or shared-core instance Billing Tier type allowed for PostgreSQL database.");
    }
    const known =
        isCustom(tier) || (engine !== "SQLSERVER" && shared.test(tier)) || (engine === "MYSQL" && legacy.test(tier));
    if (!known) {
        throw invalid(`Tier (${tier}).`);
    }
}
