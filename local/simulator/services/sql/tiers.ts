import { cloudSqlMachine, isCpuCount, memoryRange } from "slipway/facts";
import type { Inputs } from "../../rules/rules";
import { invalid } from "./names";
import { editionOf, engineKey, engineOf } from "./versions";

export const isShared = (tier: string): boolean => cloudSqlMachine(tier)?.isSharedCore === true;

/** Whether a machine type requires Hyperdisk Balanced. */
export const hasHyperdisk = (tier: string): boolean => cloudSqlMachine(tier)?.needsHyperdisk === true;

function isSized(tier: string): boolean {
    const { custom, count = 0, memory = 0 } = cloudSqlMachine(tier) ?? {};
    if (!custom) {
        return true;
    }
    const [min, max] = memoryRange(custom, count);
    return isCpuCount(custom, count) && memory % 256 === 0 && memory >= min && memory <= max;
}

/** Throws if the edition or engine does not support a machine type. */
export function verifyTier(inputs: Inputs): void {
    const { tier } = inputs.settings;
    const edition = editionOf(inputs);
    const engine = engineOf(inputs.databaseVersion);
    const machine = cloudSqlMachine(tier);
    if (edition === "ENTERPRISE_PLUS" && machine?.edition !== "ENTERPRISE_PLUS") {
        throw invalid(
            `Invalid Tier (${tier}) for (ENTERPRISE_PLUS) Edition. Use a predefined Tier like db-perf-optimized-N-* instead. Learn more at https://cloud.google.com/sql/docs/${engine.toLowerCase()}/create-instance#machine-types.`,
        );
    }
    if (edition === "ENTERPRISE" && machine?.edition === "ENTERPRISE_PLUS") {
        throw invalid(
            `Invalid Tier (${tier}) for (ENTERPRISE) Edition. Use a shared-core or custom Tier like db-custom-* instead.`,
        );
    }
    if (engine === "POSTGRES" && tier.startsWith("db-n1-") && machine) {
        throw invalid("Only custom or shared-core instance Billing Tier type allowed for PostgreSQL database.");
    }
    if (!machine?.engines.includes(engineKey(inputs.databaseVersion)) || !isSized(tier)) {
        throw invalid(`Tier (${tier}).`);
    }
}
