import * as check from "../internal/check";
import { display } from "../internal/value";

/** How objects are stored: "Storage classes". */
export type StorageClass = "STANDARD" | "NEARLINE" | "COLDLINE" | "ARCHIVE";

/** Which objects a rule is for: those for which everything holds that is given. Dates are UTC, such as `2026-01-31`. */
export interface LifecycleCondition {
    /** Days since the object was created, at least; 0 is every object. */
    age?: number;
    /** Created before that day. */
    createdBefore?: string;
    /** Whether it is the live version; true and false are both meant when left out. */
    isLive?: boolean;
    /** Newer versions than it, at least. */
    numNewerVersions?: number;
    /** Days since another version or none took its place, at least. */
    daysSinceNoncurrentTime?: number;
    /** Noncurrent since before that day. */
    noncurrentTimeBefore?: string;
    /** Days since the time that its writer gave it, at least. */
    daysSinceCustomTime?: number;
    /** The time that its writer gave it is before that day. */
    customTimeBefore?: string;
    /** Its class is one of those. */
    matchesStorageClass?: StorageClass[];
    /** Its name starts with one of those. */
    matchesPrefix?: string[];
    /** Its name ends with one of those. */
    matchesSuffix?: string[];
}

/**
 * What becomes of objects by themselves: "Object Lifecycle Management". Of several rules for one object, the one that
 * deletes goes first, then the one with the cheapest class.
 */
export type LifecycleRule =
    | { action: "Delete"; condition: LifecycleCondition }
    | {
          action: "SetStorageClass";
          /** The class that objects get; it must be colder than theirs. */
          storageClass: Exclude<StorageClass, "STANDARD">;
          condition: LifecycleCondition;
      }
    | {
          /** Ends uploads in parts that nobody finished. */
          action: "AbortIncompleteMultipartUpload";
          condition: Pick<LifecycleCondition, "age" | "matchesPrefix" | "matchesSuffix">;
      };

/** A rule as it is read, before it is known to be one of those. */
interface Rule {
    action: LifecycleRule["action"];
    storageClass?: StorageClass;
    condition: LifecycleCondition;
}

export const storageClasses = ["STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE"] as const;

const days = check.whole(0, 36500, "days");
const date = check.custom(
    (value) => /^\d{4}-\d\d-\d\d$/.test(String(value)) && Date.parse(String(value)) > 0,
    "must be a day such as 2026-01-31",
);
const some = (item: check.Check) =>
    check.pipe(
        check.list(item),
        check.refine((items) => (items as unknown[]).length > 0, "must not be empty"),
    );

/** Checks the rules, each option by itself; there can be 100 ("Quotas and limits"). */
export const lifecycle: check.Check = check.pipe(
    check.list(
        check.options<Rule>(
            {
                action: check.oneOf("Delete", "SetStorageClass", "AbortIncompleteMultipartUpload"),
                storageClass: check.oneOf("NEARLINE", "COLDLINE", "ARCHIVE"),
                condition: check.options<LifecycleCondition>({
                    age: days,
                    createdBefore: date,
                    isLive: check.flag(),
                    numNewerVersions: check.whole(0, 1000000),
                    daysSinceNoncurrentTime: days,
                    noncurrentTimeBefore: date,
                    daysSinceCustomTime: days,
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
    check.refine((rules) => (rules as unknown[]).length <= 100, "there can be 100 rules at most"),
);

const ofNoncurrent = ["numNewerVersions", "daysSinceNoncurrentTime", "noncurrentTimeBefore"] as const;
const ofUploads = ["age", "matchesPrefix", "matchesSuffix"];

/** What is wrong with rules that are right option by option. */
export function lifecycleProblems(rules: LifecycleRule[] = [], autoclass: boolean): check.Problem[] {
    return (rules as Rule[]).flatMap((rule, index) => {
        const at = `lifecycleRules.${index}`;
        const isMove = rule.action === "SetStorageClass";
        return [
            ...(isMove && rule.storageClass === undefined
                ? [{ path: `${at}.storageClass`, reason: "is missing, as the action is SetStorageClass." }]
                : []),
            ...(!isMove && rule.storageClass !== undefined
                ? [problem(`${at}.storageClass`, "goes with the action SetStorageClass only", rule.storageClass)]
                : []),
            ...(isMove && autoclass ? [problem(`${at}.action`, "does not go with autoclass", rule.action)] : []),
            ...conditionProblems(`${at}.condition`, rule, autoclass),
        ];
    });
}

function conditionProblems(at: string, { action, condition }: Rule, autoclass: boolean): check.Problem[] {
    const given = Object.entries(condition).filter(([, value]) => value !== undefined);
    const refused = (key: string) =>
        action === "AbortIncompleteMultipartUpload" && !ofUploads.includes(key)
            ? `does not go with the action ${action}, which is for no object yet`
            : autoclass && key === "matchesStorageClass"
              ? "does not go with autoclass"
              : undefined;
    const contradiction = condition.isLive ? ofNoncurrent.find((key) => condition[key] !== undefined) : undefined;
    return [
        ...(given.length === 0 ? [problem(at, "must have a condition, as it would be for every object", {})] : []),
        ...given.flatMap(([key, value]) => {
            const reason = refused(key);
            return reason ? [problem(`${at}.${key}`, reason, value)] : [];
        }),
        ...(contradiction
            ? [problem(`${at}.isLive`, `must not be true with ${contradiction}, which live versions do not have`, true)]
            : []),
    ];
}

const problem = (path: string, what: string, got: unknown): check.Problem => ({
    path,
    reason: `${what} (got ${display(got)}).`,
});

/** In the form of the provider, which sends a number that is 0 only when it is told to. */
export function lifecycleArgs(rules: LifecycleRule[] | undefined) {
    return (rules as Rule[] | undefined)?.map(({ action, storageClass, condition }) => {
        const { isLive, matchesStorageClass, matchesPrefix, matchesSuffix, ...others } = condition;
        return {
            action: { type: action, ...(storageClass && { storageClass }) },
            condition: {
                ...others,
                ...(condition.age === 0 && { sendAgeIfZero: true }),
                ...(condition.numNewerVersions === 0 && { sendNumNewerVersionsIfZero: true }),
                ...(condition.daysSinceNoncurrentTime === 0 && { sendDaysSinceNoncurrentTimeIfZero: true }),
                ...(condition.daysSinceCustomTime === 0 && { sendDaysSinceCustomTimeIfZero: true }),
                ...(matchesStorageClass && { matchesStorageClasses: matchesStorageClass }),
                ...(matchesPrefix && { matchesPrefixes: matchesPrefix }),
                ...(matchesSuffix && { matchesSuffixes: matchesSuffix }),
                withState: isLive === undefined ? "ANY" : isLive ? "LIVE" : "ARCHIVED",
            },
        };
    });
}
