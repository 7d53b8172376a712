import type * as pulumi from "@pulumi/pulumi";
import { storageLimits } from "../facts/limits/storage";
import * as check from "../internal/arguments/check";
import { type Duration, wholeDays } from "../internal/arguments/duration";
import { withChangeWarning } from "../internal/engine/changeWarning";
import type { LifecycleRule } from "./lifecycle";

/** How long noncurrent versions are kept. */
type VersionRetention = Duration | "forever";

/** Checks how long noncurrent versions are kept. */
export const versionRetention = check.literalOr("forever", wholeDays("1 day", "36500 days"));

/** Conditions on noncurrent versions, of rules here and of the provider's. */
const conditions = [
    "numNewerVersions",
    "timeSinceNoncurrent",
    "daysSinceNoncurrentTime",
    "noncurrentTimeBefore",
] as const;

/** Whether one of the lifecycle rules selects noncurrent versions. */
export function selectsVersions(rules: readonly { condition?: object }[]): boolean {
    return rules.some(({ condition = {} }) => {
        const isNoncurrent =
            Reflect.get(condition, "isLive") === false || Reflect.get(condition, "withState") === "ARCHIVED";
        return isNoncurrent || conditions.some((key) => Reflect.get(condition, key) !== undefined);
    });
}

/** The lifecycle rule that deletes noncurrent versions, if any. */
export function versionRules(keep: VersionRetention | undefined): LifecycleRule[] {
    return keep === undefined || keep === "forever"
        ? []
        : [{ action: "Delete", condition: { timeSinceNoncurrent: keep } }];
}

/** Refuses more rules than a bucket can have. */
export function ruleCountProblems(rules: LifecycleRule[] = [], keep: VersionRetention | undefined): check.Problem[] {
    const { max } = storageLimits.rows.lifecycleRules;
    const reason = `can have ${max - 1} rules in addition to the rule of versionRetention (got ${rules.length}). Remove one, or set versionRetention: "forever".`;
    return rules.length + versionRules(keep).length > max
        ? [check.problem("lifecycleRules", "storage/too-many-lifecycle-rules", reason)]
        : [];
}

/** What preview reports about the default. */
export function versionNote(keep: VersionRetention): string {
    return `StorageBucket: keeps replaced and deleted objects, which are billed, for ${keep}. versionRetention and versioning change it.`;
}

/** Warns before an update with which the default deletes versions that were kept until now. */
export function withVersionWarning(
    options: pulumi.CustomResourceOptions,
    name: string,
    keep: VersionRetention,
): pulumi.CustomResourceOptions {
    const rules = (inputs: object) => (Reflect.get(inputs, "lifecycleRules") ?? []) as { condition?: object }[];
    const isVersioned = (inputs: object) => Object(Reflect.get(inputs, "versioning")).enabled === true;
    return withChangeWarning(options, `StorageBucket "${name}"`, (component, before, now: object) =>
        isVersioned(before) && !selectsVersions(rules(before)) && selectsVersions(rules(now))
            ? `${component}: deletes objects' noncurrent versions after ${keep} from now on, existing ones too. To keep them, set versionRetention: "forever".`
            : undefined,
    );
}
