import type { Environment } from "../environment/environment";
import * as check from "../internal/check";
import { bucketName } from "../internal/names";
import { display } from "../internal/value";
import { type StorageBucketArgs, storageBucketArgs } from "./arguments";
import { lifecycleProblems } from "./lifecycle";
import type { FolderUpload } from "./upload";
import { ruleCountProblems, selectsVersions, versionRules } from "./versions";

type Defaulted = "name" | "location" | "storageClass" | "versioning";

/** Validated arguments with their defaults. */
export type ResolvedArgs = Omit<StorageBucketArgs, "upload"> &
    Required<Pick<StorageBucketArgs, Defaulted>> & { upload?: FolderUpload };

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(
    component: string,
    args: StorageBucketArgs,
    { project, region, defaults }: Environment,
): ResolvedArgs {
    const completed = check.withDefaults(args, {
        name: bucketName(`${project}-${component}`.toLowerCase()),
        location: region,
        storageClass: "STANDARD",
        versioning: args?.retention === undefined && !args?.hierarchicalNamespace,
    });
    // The default keeps what the rules of the program decide.
    const complete = (checked: typeof completed) => {
        const { versioning, lifecycleRules = [] } = checked;
        const byDefault = versioning && !selectsVersions(lifecycleRules) ? defaults.versionRetention : undefined;
        return { ...checked, versionRetention: checked.versionRetention ?? byDefault };
    };
    const resolved = check.resolved(
        `StorageBucket "${component}"`,
        completed,
        storageBucketArgs,
        complete,
        problems,
    ) as ResolvedArgs;
    const rules = [...(resolved.lifecycleRules ?? []), ...versionRules(resolved.versionRetention)];
    return { ...resolved, lifecycleRules: rules.length > 0 ? rules : undefined };
}

function problems(args: StorageBucketArgs): (check.Problem | undefined)[] {
    const { location, dataLocations, rpo, storageClass, autoclass } = args;
    const isRegion = typeof location === "string" && location.includes("-");
    const isPair = dataLocations !== undefined || (typeof location === "string" && /\d$/.test(location));
    return [
        check.when(
            dataLocations && isRegion,
            "dataLocations",
            "storage/data-locations-of-region",
            `needs a multi-region such as EU as the location (got ${display(dataLocations)}).`,
        ),
        check.when(
            rpo && (isRegion || (rpo === "ASYNC_TURBO" && typeof location === "string" && !isPair)),
            "rpo",
            "storage/rpo-of-location",
            `needs a pair of regions as the location (got ${display(rpo)}).`,
        ),
        check.when(
            args.hierarchicalNamespace && args.versioning,
            "versioning",
            "storage/versioning-with-hierarchical-namespace",
            "is not supported by buckets with a hierarchical namespace (got true).",
        ),
        check.when(
            autoclass && storageClass !== "STANDARD",
            "storageClass",
            "storage/storage-class-with-autoclass",
            `must be STANDARD with autoclass (got ${display(storageClass)}).`,
        ),
        ...lifecycleProblems(args.lifecycleRules, autoclass !== undefined),
        ...ruleCountProblems(args.lifecycleRules, args.versionRetention),
    ];
}
