import type * as pulumi from "@pulumi/pulumi";
import { storageLimits } from "../facts/limits/storage";
import { withChangeWarning } from "../internal/changeWarning";
import * as check from "../internal/check";
import { type Duration, duration, secondsIn } from "../internal/duration";
import type { LifecycleRule } from "./lifecycle";

/** How long noncurrent versions are kept. */
type KeepVersions = Duration | "forever";

const daysIn = (period: string) => secondsIn(period) / 86_400;

/** Checks how long noncurrent versions are kept. */
export const keepVersions = check.literalOr(
    "forever",
    check.pipe(
        duration("1 day", "36500 days"),
        check.refine(
            (period) => Number.isInteger(daysIn(String(period))) || daysIn(String(period)) < 1,
            'must be whole days, such as "30 days"',
        ),
    ),
);

const conditions = ["numNewerVersions", "daysSinceNoncurrentTime", "noncurrentTimeBefore"] as const;

/** Whether one of the lifecycle rules selects noncurrent versions. */
export function selectsVersions(rules: readonly { condition?: object }[]): boolean {
    return rules.some(({ condition = {} }) => {
        const isNoncurrent =
            Reflect.get(condition, "isLive") === false || Reflect.get(condition, "withState") === "ARCHIVED";
        return isNoncurrent || conditions.some((key) => Reflect.get(condition, key) !== undefined);
    });
}

/** The lifecycle rule that deletes noncurrent versions, if any. */
export function versionRules(keep: KeepVersions | undefined): LifecycleRule[] {
    return keep === undefined || keep === "forever"
        ? []
        : [{ action: "Delete", condition: { daysSinceNoncurrentTime: daysIn(keep) } }];
}

/** Refuses more rules than a bucket can have. */
export function ruleCountProblems(rules: LifecycleRule[] = [], keep: KeepVersions | undefined): check.Problem[] {
    const { max } = storageLimits.rows.lifecycleRules;
    const reason = `can have ${max - 1} rules in addition to the rule of keepVersions (got ${rules.length}). Remove one, or set keepVersions: "forever".`;
    return rules.length + versionRules(keep).length > max ? [{ path: "lifecycleRules", reason }] : [];
}

/** What preview reports about the default. */
export function versionNote(keep: KeepVersions): string {
    return `StorageBucket: keeps replaced and deleted objects, which are billed, for ${keep}. keepVersions and versioning change it.`;
}

/** Warns before an update with which the default deletes versions that were kept until now. */
export function withVersionWarning(
    options: pulumi.CustomResourceOptions,
    name: string,
    keep: KeepVersions,
): pulumi.CustomResourceOptions {
    const component = `StorageBucket "${name}"`;
    const rules = (inputs: object) => (Reflect.get(inputs, "lifecycleRules") ?? []) as { condition?: object }[];
    const isVersioned = (inputs: object) => Object(Reflect.get(inputs, "versioning")).enabled === true;
    return withChangeWarning(options, component, (before, now) =>
        isVersioned(before) && !selectsVersions(rules(before)) && selectsVersions(rules(now))
            ? `${component}: deletes objects' noncurrent versions after ${keep} from now on, existing ones too. To keep them, set keepVersions: "forever".`
            : undefined,
    );
}
