import { storageLimits } from "../facts/limits/storage";
import * as check from "../internal/arguments/check";
import { isDay } from "../internal/arguments/dates";
import { type Duration, daysIn, wholeDays } from "../internal/arguments/duration";
import { display } from "../internal/arguments/value";

/** A {@link https://cloud.google.com/storage/docs/storage-classes storage class}. */
export type StorageClass = "STANDARD" | "NEARLINE" | "COLDLINE" | "ARCHIVE";

/**
 * Selects the objects that meet all of these conditions. Times are whole days, `"0 days"` to `"36500 days"`; dates are UTC, such as
 * `2026-01-31`.
 */
export interface LifecycleCondition {
    /** Minimum age; `"0 days"` matches every object. */
    age?: Duration;
    /** Created before this date. */
    createdBefore?: string;
    /** Live versions only (true) or noncurrent ones only (false). @default both */
    isLive?: boolean;
    /** Minimum number of newer versions. */
    numNewerVersions?: number;
    /** Minimum time since the version became noncurrent. */
    timeSinceNoncurrent?: Duration;
    /** Became noncurrent before this date. */
    noncurrentTimeBefore?: string;
    /** Minimum time since the object's custom time. */
    timeSinceCustomTime?: Duration;
    /** The object's custom time is before this date. */
    customTimeBefore?: string;
    /** Has one of these storage classes. */
    matchesStorageClass?: StorageClass[];
    /** The object name starts with one of these. */
    matchesPrefix?: string[];
    /** The object name ends with one of these. */
    matchesSuffix?: string[];
}

/**
 * A rule of {@link https://cloud.google.com/storage/docs/lifecycle Object Lifecycle Management}. When several rules match an
 * object, deletion takes precedence, then the storage class with the lowest price.
 */
export type LifecycleRule =
    | {
          /** Deletes objects. */
          action: "Delete";
          /** Which objects: those that meet all of the conditions. */
          condition: LifecycleCondition;
      }
    | {
          /** Changes the storage class of objects. */
          action: "SetStorageClass";
          /** The new storage class. Objects that have a colder class keep it. */
          storageClass: StorageClass;
          /** Which objects: those that meet all of the conditions. */
          condition: LifecycleCondition;
      }
    | {
          /** Aborts incomplete multipart uploads. */
          action: "AbortIncompleteMultipartUpload";
          /** Which uploads: those that meet all of the conditions. */
          condition: Pick<LifecycleCondition, "age" | "matchesPrefix" | "matchesSuffix">;
      };

/** A rule before its validation. */
interface Rule {
    action: LifecycleRule["action"];
    storageClass?: StorageClass;
    condition: LifecycleCondition;
}

export const storageClasses = ["STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE"] as const;

const days = wholeDays("0 days", "36500 days");
const date = check.custom<string>(
    (value) => /^\d{4}-\d\d-\d\d$/.test(String(value)) && isDay(String(value)),
    "must be a day such as 2026-01-31",
);
const some = <Item>(item: check.Check<Item>) =>
    check.pipe(
        check.list(item),
        check.refine((items) => items.length > 0, "must not be empty"),
    );

/** Checks each option of the rules; a bucket can have {@link https://cloud.google.com/storage/quotas#buckets 100}. */
export const lifecycle = check.pipe(
    check.list(
        check.options<Rule>(
            {
                action: check.oneOf("Delete", "SetStorageClass", "AbortIncompleteMultipartUpload"),
                storageClass: check.oneOf(...storageClasses),
                condition: check.options<LifecycleCondition>({
                    age: days,
                    createdBefore: date,
                    isLive: check.flag(),
                    numNewerVersions: check.whole(0, 1000000),
                    timeSinceNoncurrent: days,
                    noncurrentTimeBefore: date,
                    timeSinceCustomTime: days,
                    customTimeBefore: date,
                    matchesStorageClass: some(check.oneOf(...storageClasses)),
                    matchesPrefix: some(check.text()),
                    matchesSuffix: some(check.text()),
                }),
            },
            "action",
            "condition",
        ),
        "must be a list of rules",
    ),
    check.atMost(storageLimits.rows.lifecycleRules),
);

const noncurrentConditions = ["numNewerVersions", "timeSinceNoncurrent", "noncurrentTimeBefore"] as const;
const uploadConditions = ["age", "matchesPrefix", "matchesSuffix"];

/** Checks combinations of options. */
export function lifecycleProblems(rules: LifecycleRule[] = [], autoclass: boolean): (check.Problem | undefined)[] {
    return (rules as Rule[]).flatMap((rule, index) => {
        const at = `lifecycleRules.${index}`;
        const isMove = rule.action === "SetStorageClass";
        return [
            check.when(
                isMove && rule.storageClass === undefined,
                `${at}.storageClass`,
                "storage/storage-class-missing",
                "is required by the action SetStorageClass.",
            ),
            check.when(
                !isMove && rule.storageClass !== undefined,
                `${at}.storageClass`,
                "storage/storage-class-of-other-action",
                `is only valid with the action SetStorageClass (got ${display(rule.storageClass)}).`,
            ),
            check.when(
                isMove && autoclass,
                `${at}.action`,
                "storage/action-with-autoclass",
                `cannot be combined with autoclass (got ${display(rule.action)}).`,
            ),
            ...conditionProblems(`${at}.condition`, rule, autoclass),
        ];
    });
}

function conditionProblems(at: string, { action, condition }: Rule, autoclass: boolean): (check.Problem | undefined)[] {
    const conditions = Object.entries(condition).filter(([, value]) => value !== undefined);
    const contradiction = condition.isLive
        ? noncurrentConditions.find((key) => condition[key] !== undefined)
        : undefined;
    return [
        check.when(
            conditions.length === 0,
            at,
            "storage/condition-missing",
            "must have a condition, because it would apply to every object (got {}).",
        ),
        ...conditions.map(
            ([key, value]) =>
                check.when(
                    action === "AbortIncompleteMultipartUpload" && !uploadConditions.includes(key),
                    `${at}.${key}`,
                    "storage/condition-of-uploads",
                    `cannot be combined with the action ${action}, which applies to unfinished uploads (got ${display(value)}).`,
                ) ??
                check.when(
                    autoclass && key === "matchesStorageClass",
                    `${at}.${key}`,
                    "storage/condition-with-autoclass",
                    `cannot be combined with autoclass (got ${display(value)}).`,
                ),
        ),
        check.when(
            contradiction,
            `${at}.isLive`,
            "storage/live-and-noncurrent",
            `must not be true with ${contradiction}, which live versions do not have (got true).`,
        ),
    ];
}

/** The arguments of the bucket resource; the provider sends a number that is 0 only with the `send…IfZero` flags. */
export function lifecycleArgs(rules: LifecycleRule[] | undefined) {
    return (rules as Rule[] | undefined)?.map(({ action, storageClass, condition }) => {
        const { isLive, age, timeSinceNoncurrent, timeSinceCustomTime, ...others } = condition;
        const { matchesStorageClass, matchesPrefix, matchesSuffix, ...rest } = others;
        const days = {
            age: age && daysIn(age),
            daysSinceNoncurrentTime: timeSinceNoncurrent && daysIn(timeSinceNoncurrent),
            daysSinceCustomTime: timeSinceCustomTime && daysIn(timeSinceCustomTime),
        };
        return {
            action: { type: action, storageClass },
            condition: {
                ...rest,
                ...days,
                ...(days.age === 0 && { sendAgeIfZero: true }),
                ...(condition.numNewerVersions === 0 && { sendNumNewerVersionsIfZero: true }),
                ...(days.daysSinceNoncurrentTime === 0 && { sendDaysSinceNoncurrentTimeIfZero: true }),
                ...(days.daysSinceCustomTime === 0 && { sendDaysSinceCustomTimeIfZero: true }),
                matchesStorageClasses: matchesStorageClass,
                matchesPrefixes: matchesPrefix,
                matchesSuffixes: matchesSuffix,
                withState: isLive === undefined ? "ANY" : isLive ? "LIVE" : "ARCHIVED",
            },
        };
    });
}
