import type { BucketArgs } from "@pulumi/gcp/storage/bucket";
import type { BucketObjectArgs } from "@pulumi/gcp/storage/bucketObject";
import type { NotificationArgs } from "@pulumi/gcp/storage/notification";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../component/component";
import { type EncryptionKey, encryptionKeyOf } from "../component/encryption";
import { type TaggedArgs, taggedArgs } from "../component/tags";
import type { Environment } from "../environment/environment";
import { nameFormats } from "../facts/names";
import { bucketLocations, dualRegionLocations } from "../facts/regions";
import * as check from "../internal/arguments/check";
import type { Duration } from "../internal/arguments/duration";
import { labels } from "../internal/arguments/labels";
import { bucketName } from "../internal/arguments/names";
import { display } from "../internal/arguments/value";
import { type Transform, transforms } from "../internal/engine/children";
import type { AnyBucket } from "./anyBucket";
import { type CorsRule, corsRules } from "./cors";
import { type IpFilter, ipFilter, ipFilterProblems } from "./ipFilter";
import { type LifecycleRule, lifecycle, lifecycleProblems, type StorageClass, storageClasses } from "./lifecycle";
import { type BucketNotification, notificationProblems, notifications } from "./notifications";
import { type RetentionPolicy, retention, softDelete } from "./retention";
import { type FolderUpload, upload } from "./upload";
import { ruleCountProblems, selectsVersions, versionRetention, versionRules } from "./versions";

/** The arguments of a {@link StorageBucket}. */
export interface StorageBucketArgs extends ComponentArgs, TaggedArgs {
    /**
     * The {@link https://cloud.google.com/storage/docs/buckets#naming bucket name}, globally unique: 3 to 63 lower-case
     * letters, digits, `-`, `_` and `.`. It must not start with `goog` or contain `google`.
     * @default the project ID and the component's name: `acme-dev-models`
     */
    name?: pulumi.Input<string>;
    /**
     * The {@link https://cloud.google.com/storage/docs/locations location}: a region such as `europe-west1`, a dual-region
     * such as `EUR4`, or a multi-region such as `EU`. Changing this replaces the bucket.
     * @default the environment's region
     */
    location?: pulumi.Input<string>;
    /**
     * Makes the bucket a {@link https://cloud.google.com/storage/docs/locations#location-dr configurable dual-region}: stores
     * objects only in these two regions, such as `["europe-west1", "europe-west4"]`, of `location`: `ASIA`, `AU`, `CA`, `DE`, `EU`, `IN`,
     * `IT` or `US`. Changing this replaces the bucket.
     * @default all of `location`
     */
    dataLocations?: [string, string];
    /**
     * The recovery point objective of a dual-region: with `ASYNC_TURBO`
     * ({@link https://cloud.google.com/storage/docs/availability-durability#turbo-replication turbo replication}, billed
     * separately) objects reach both regions within 15 minutes.
     * @default "DEFAULT" in dual-regions and multi-regions
     */
    rpo?: "DEFAULT" | "ASYNC_TURBO";
    /**
     * The default {@link https://cloud.google.com/storage/docs/storage-classes storage class} of new objects.
     * @default "STANDARD"
     */
    storageClass?: StorageClass;
    /**
     * Enables {@link https://cloud.google.com/storage/docs/autoclass Autoclass}: Cloud Storage moves each object between storage
     * classes by its use, down to `terminalStorageClass`. `storageClass` must then be `STANDARD`, and lifecycle rules cannot set
     * another class.
     * @default objects keep their storage class
     */
    autoclass?: {
        /** The coldest storage class, to which objects move that are not read. */
        terminalStorageClass: "NEARLINE" | "ARCHIVE";
    };
    /**
     * Enables {@link https://cloud.google.com/storage/docs/object-versioning object versioning}: replaced and deleted objects are
     * kept as noncurrent versions, and billed, for `versionRetention`.
     * @default true; false with a retention policy
     */
    versioning?: boolean;
    /**
     * Stores objects in folders, which can be renamed in one operation and are listed faster
     * ({@link https://cloud.google.com/storage/docs/hns-overview hierarchical namespace}). Such a bucket cannot have `versioning`,
     * `retention` or `objectRetention`. Changing this replaces the bucket.
     * @default false
     */
    hierarchicalNamespace?: boolean;
    /**
     * How long noncurrent versions can be restored, in whole days: `"1 day"` to `"36500 days"`. A lifecycle rule in addition to
     * `lifecycleRules` then deletes them. `"forever"` keeps them, also if they cost more than the objects.
     * @default "7 days"; "90 days" in production; none without `versioning`, and if a condition of `lifecycleRules` selects
     * noncurrent versions
     */
    versionRetention?: Duration | "forever";
    /**
     * How long deleted objects can be restored ({@link https://cloud.google.com/storage/docs/soft-delete soft delete}):
     * `"7 days"` to `"90 days"`, or `false` to disable it.
     * @default set by the organization's policy, else 7 days; removing the argument keeps the current value
     */
    softDelete?: Duration | false;
    /**
     * {@link https://cloud.google.com/storage/docs/lifecycle Lifecycle rules}: at most 100.
     * @default none
     * @example
     * ```ts
     * lifecycleRules: [{ action: "Delete", condition: { age: "30 days", matchesPrefix: ["tmp/"] } }]
     * ```
     */
    lifecycleRules?: LifecycleRule[];
    /**
     * How long objects cannot be deleted or replaced, from `"1 second"` to `"36500 days"`, or a policy that can be locked.
     * @default no retention policy
     * @example
     * ```ts
     * retention: "365 days"
     * ```
     */
    retention?: Duration | RetentionPolicy;
    /**
     * Lets each object have its own retention
     * ({@link https://cloud.google.com/storage/docs/object-lock Object Retention Lock}). Changing this replaces the bucket.
     * @default false
     */
    objectRetention?: boolean;
    /**
     * Places an event-based {@link https://cloud.google.com/storage/docs/object-holds hold} on each new object: it cannot be
     * deleted or replaced until the hold is released.
     * @default false
     */
    defaultEventBasedHold?: boolean;
    /**
     * The {@link https://cloud.google.com/storage/docs/encryption/customer-managed-keys Cloud KMS key}, a `KmsKey`, a `KmsKeyHandle`, or an
     * ID, that encrypts objects, in the location of the bucket.
     * @default a Google-managed key
     */
    encryptionKey?: EncryptionKey;
    /**
     * The addresses that reach the bucket; they must include the addresses of the deployer and of the users who upload files. `false` switches a
     * filter off, which cannot be removed.
     * @default every address
     */
    ipFilter?: IpFilter | false;
    /**
     * The CORS configuration: which other origins may use the objects in a browser.
     * @default none
     * @example
     * ```ts
     * cors: [{ origins: ["https://shop.acme.com"], methods: ["GET", "PUT"] }]
     * ```
     */
    cors?: CorsRule[];
    /**
     * The index page and the 404 page of a {@link https://cloud.google.com/storage/docs/static-website static website} that a
     * load balancer serves from the bucket. The bucket stays private.
     * @default none
     */
    website?: {
        /**
         * The name of the index page, also in folders: `"index.html"`.
         * @default no index page
         */
        mainPageSuffix?: string;
        /**
         * The object that is served when an object does not exist: `"404.html"`.
         * @default the error of Cloud Storage
         */
        notFoundPage?: string;
    };
    /**
     * The bucket that receives hourly {@link https://cloud.google.com/storage/docs/access-logs usage logs}, and the prefix of
     * their object names, by default this bucket's name. Organizations created since May 2024 refuse Google's group that writes
     * them, unless `iam.allowedPolicyMemberDomains` allows Google's customer ID.
     * @default no usage logs
     */
    accessLogs?: {
        /** The bucket that receives the logs: a `StorageBucket`, or one that exists already. */
        bucket: AnyBucket;
        /**
         * The prefix of the names of the log objects: up to 900 characters on one line.
         * @default the name of this bucket
         */
        prefix?: string;
    };
    /**
     * A folder to upload: each file becomes an object named by its path in the folder. Removing a file deletes its object.
     * Files listed in the folder's `.gcloudignore` are not uploaded.
     * @default no upload
     */
    upload?: string | FolderUpload;
    /**
     * Messages to topics about changes of objects, by name: `{ uploads: { topic, events: ["finalized"] } }`. At most 100, and 10 for one event of
     * the same objects.
     * @default none
     * @example
     * ```ts
     * notifications: { uploads: { topic: sales, events: ["finalized"], prefix: "in/" } }
     * ```
     */
    notifications?: Record<string, BucketNotification>;
    /**
     * Labels of the bucket: at most 64
     * ({@link https://cloud.google.com/storage/docs/tags-and-labels#bucket-labels requirements}).
     * @default the environment's labels
     * @example
     * ```ts
     * labels: { team: "shop", cost_center: "4711" }
     * ```
     */
    labels?: Record<string, pulumi.Input<string>>;
    /** Callbacks that edit the arguments of child resources. */
    transform?: {
        bucket?: Transform<BucketArgs>;
        object?: Transform<BucketObjectArgs>;
        notification?: Transform<NotificationArgs>;
    };
}

const region = check.matching(/^[A-Za-z]+-[A-Za-z]+\d+$/, "must be a region such as europe-west1");

/** The provider takes an empty name as none. */
const pageName = check.matching(/^[^\r\n]+$/, "must be the name of an object, such as index.html");

const storageBucketArgs = check.options<StorageBucketArgs>({
    name: check.publicInput(check.nameOf(nameFormats.rows.bucket)),
    location: check.input(
        check.matching(
            /^[A-Za-z]+[0-9]*(-[A-Za-z]+\d+)?$/,
            "must be a region such as europe-west1 or a multi-region such as EU",
        ),
    ),
    dataLocations: check.pipe(
        check.list(region),
        check.refine((regions) => new Set(regions as string[]).size === 2, "must have two regions"),
    ),
    rpo: check.oneOf("DEFAULT", "ASYNC_TURBO"),
    storageClass: check.oneOf(...storageClasses),
    autoclass: check.options<Required<StorageBucketArgs>["autoclass"]>(
        { terminalStorageClass: check.oneOf("NEARLINE", "ARCHIVE") },
        "terminalStorageClass",
    ),
    versioning: check.flag(),
    hierarchicalNamespace: check.flag(),
    versionRetention,
    softDelete,
    lifecycleRules: lifecycle,
    retention,
    objectRetention: check.flag(),
    defaultEventBasedHold: check.flag(),
    encryptionKey: encryptionKeyOf("storage.googleapis.com/Bucket"),
    cors: corsRules,
    website: check.pipe(
        check.options<Required<StorageBucketArgs>["website"]>({ mainPageSuffix: pageName, notFoundPage: pageName }),
        check.refine(
            ({ mainPageSuffix, notFoundPage }) => mainPageSuffix !== undefined || notFoundPage !== undefined,
            "must have mainPageSuffix, notFoundPage or both",
        ),
    ),
    accessLogs: check.options<Required<StorageBucketArgs>["accessLogs"]>(
        {
            bucket: check.component("StorageBucket"),
            prefix: check.matching(/^[^\r\n]{1,900}$/, "must be up to 900 characters on one line"),
        },
        "bucket",
    ),
    upload,
    ipFilter,
    notifications,
    labels,
    transform: transforms("bucket", "object", "notification"),
    ...componentArgs,
    ...taggedArgs,
});

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

const pairPlaces: Record<string, { regions: readonly string[] }> = dualRegionLocations.rows;
const namedPairs: Record<string, { type: string; regions?: readonly string[] }> = bucketLocations.rows;

const upperCased = (places: readonly string[]) => places.map((place) => place.toUpperCase()).join(" or ");

/** Checks that the location lists the two regions, which no predefined dual-region has. */
function pairProblems(location: unknown, dataLocations: string[] | undefined): (check.Problem | undefined)[] {
    const place = typeof location === "string" ? location.toLowerCase() : "";
    const pair = Object.hasOwn(pairPlaces, place) && !Object.hasOwn(namedPairs, place) ? pairPlaces[place] : undefined;
    const chosen = dataLocations?.map((region) => region.toLowerCase());
    const hasChosen = (regions: readonly string[] = []) => chosen?.every((region) => regions.includes(region));
    const named = Object.keys(namedPairs).find((each) => hasChosen(namedPairs[each]?.regions));
    const fitting = Object.keys(pairPlaces).filter((each) => hasChosen(pairPlaces[each]?.regions));
    const all = Object.entries(pairPlaces).map(
        ([each, { regions }]) => `${each.toUpperCase()} (${regions.join(", ")})`,
    );
    return [
        check.when(
            !chosen && pair,
            "location",
            "storage/location-of-pairs",
            `needs dataLocations, two of ${pair?.regions.join(", ")} (got ${display(location)}).`,
        ),
        check.when(
            chosen && named,
            "dataLocations",
            "storage/data-locations-of-dual-region",
            `must be left out with the location ${upperCased([named ?? ""])}, which has these regions (got ${display(dataLocations)}).`,
        ),
        check.when(
            chosen && !named && place !== "" && !fitting.includes(place),
            "dataLocations",
            "storage/data-locations-of-location",
            fitting.length > 0
                ? `needs the location ${upperCased(fitting)} (got ${display(dataLocations)} in ${display(location)}).`
                : `must be two regions of one location: ${all.join("; ")} (got ${display(dataLocations)}).`,
        ),
    ];
}

function problems(args: StorageBucketArgs): (check.Problem | undefined)[] {
    const { location, dataLocations, rpo, storageClass, autoclass } = args;
    const isRegion = typeof location === "string" && location.includes("-");
    const isPair = dataLocations !== undefined || (typeof location === "string" && /\d$/.test(location));
    return [
        ...notificationProblems(args.notifications),
        ...ipFilterProblems(args.ipFilter),
        check.when(
            dataLocations && isRegion,
            "dataLocations",
            "storage/data-locations-of-region",
            `needs a multi-region such as EU as the location (got ${display(dataLocations)}).`,
        ),
        ...(isRegion ? [] : pairProblems(location, dataLocations)),
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
            args.hierarchicalNamespace && args.retention !== undefined,
            "retention",
            "storage/retention-with-hierarchical-namespace",
            `is not supported by buckets with a hierarchical namespace (got ${display(args.retention)}).`,
        ),
        check.when(
            args.hierarchicalNamespace && args.objectRetention,
            "objectRetention",
            "storage/object-retention-with-hierarchical-namespace",
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
