import * as pulumi from "@pulumi/pulumi";
import { labelLimits } from "../../facts/limits/labels";
import * as check from "../../internal/check";
import { labelValue } from "../../internal/labels";
import { environmentDefaults } from "../defaults";
import { adoptedProjectArgs, createdProjectArgs, type EnvironmentProjectArgs } from "./arguments";
import { resolvePolicies } from "./policies";

const isAdopted = (value: unknown) => (value as { adopt?: unknown } | undefined)?.adopt === true;

/** Validated arguments with the defaults of the kind and the stack. */
export type ResolvedArgs = ReturnType<typeof resolveArgs>;

export function resolveArgs(name: string, args: EnvironmentProjectArgs) {
    const setting = new pulumi.Config("slipway").get("protection") ?? "on";
    // The check reports another text.
    const protection = (setting === "on" || (setting === "off" ? false : setting)) as boolean;
    const checked = check.resolved(
        `EnvironmentProject "${name}"`,
        check.withDefaults(args, { protection }),
        check.either(isAdopted, adoptedProjectArgs, createdProjectArgs),
        (valid) => ({ ...valid, labels: allLabels(name, valid) }),
        ({ labels }) => [labelCountProblem(labels)],
        { parent: 'Set its folder or organization with parent: { folder: "123456789012" }.' },
    );
    const { keepProject, protect, ...defaults } = environmentDefaults[checked.kind];
    return {
        ...checked,
        lien: checked.lien ?? defaults.lien,
        auditLogs: checked.auditLogs ?? defaults.auditLogs,
        policies: resolvePolicies(defaults.policies, checked.policies),
        isKept: keepProject && checked.protection,
        protect: protect && checked.protection,
        quotaProject: checked.quotaProject ?? new pulumi.Config("gcp").get("billingProject"),
    };
}

function allLabels(name: string, { kind, labels: own }: EnvironmentProjectArgs) {
    return { environment: labelValue(name), kind, ...own };
}

function labelCountProblem(labels: object): check.Problem | undefined {
    const count = Object.keys(labels).length;
    const { max } = labelLimits.rows.labels;
    const reason = `there can be ${max} labels at most, with environment and kind (got ${count}).`;
    return check.when(count > max, "labels", "environment/too-many-labels", reason);
}
