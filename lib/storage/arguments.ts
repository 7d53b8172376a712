import type { BucketArgs } from "@pulumi/gcp/storage/bucket";
import type { BucketObjectArgs } from "@pulumi/gcp/storage/bucketObject";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../environment/component";
import { encryptionKey } from "../identity/encryption";
import * as check from "../internal/check";
import { type Transform, transforms } from "../internal/children";
import { type Duration, duration } from "../internal/duration";
import { labels } from "../internal/labels";
import { display } from "../internal/value";
import type { StorageBucket } from "./bucket";
import { type LifecycleRule, lifecycle, lifecycleProblems, type StorageClass, storageClasses } from "./lifecycle";
import { type FolderUpload, upload } from "./upload";

/** What pages of other sites may do with objects in a browser: "Cross-origin resource sharing (CORS)". */
export interface CorsRule {
    /** The sites, such as `https://shop.example`; `*` is all. */
    origins: string[];
    /** Such as `GET`; `*` is all. */
    methods: string[];
    /**
     * The headers of an answer that pages may read.
     * @default those that every browser lets them read
     */
    responseHeaders?: string[];
    /**
     * Seconds for which a browser need not ask again.
     * @default 3600
     */
    maxAgeSeconds?: number;
}

/** How long objects cannot be deleted or replaced: "Bucket Lock". */
export interface RetentionPolicy {
    /** From the creation of each object on: `"1 second"` to `"36500 days"`. */
    period: Duration;
    /**
     * Whether the period can never again be shortened or taken away, by nobody. It cannot be undone: the bucket can be
     * deleted only when all its objects are old enough.
     * @default false
     */
    locked?: boolean;
}

/** The arguments of a {@link StorageBucket}. */
export interface StorageBucketArgs extends ComponentArgs {
    /**
     * The bucket's name, unique in the whole of Google Cloud: 3 to 63 lower-case letters, digits, `-`, `_` and `.`,
     * neither starting with `goog` nor containing `google` ("Bucket names").
     * @default the project's id and the component's name: `acme-dev-models`
     */
    name?: pulumi.Input<string>;
    /**
     * A region such as `europe-west1`, a pair of regions such as `EUR4`, or a multi-region such as `EU` ("Bucket
     * locations"). Another one makes another bucket.
     * @default the environment's region
     */
    location?: pulumi.Input<string>;
    /**
     * Two regions of the multi-region that `location` names, in which alone the objects are: `["europe-west1",
     * "europe-west4"]`. Others make another bucket.
     * @default where `location` says
     */
    dataLocations?: [string, string];
    /**
     * How soon an object is in both regions of a pair: `ASYNC_TURBO` within 15 minutes, at a price ("Turbo replication").
     * @default "DEFAULT" in pairs of regions and multi-regions
     */
    rpo?: "DEFAULT" | "ASYNC_TURBO";
    /**
     * The class of objects of which none is told.
     * @default "STANDARD"
     */
    storageClass?: StorageClass;
    /**
     * Whether Cloud Storage moves each object to the class that its use asks for, down to the one that is named
     * ("Autoclass"). The bucket's own class is then `STANDARD`, and no rule sets another.
     * @default objects stay in their class
     */
    autoclass?: { terminalStorageClass: "NEARLINE" | "ARCHIVE" };
    /**
     * Whether an object that is replaced or deleted is kept as a noncurrent version. Without a lifecycle rule it is kept,
     * and paid for, for ever.
     * @default true; false with a retention policy, under which nothing is replaced
     */
    versioning?: boolean;
    /**
     * How long a deleted object can be restored: `"7 days"` to `"90 days"`, or not at all ("Soft delete").
     * @default what the organisation's policy says, else 7 days; the bucket keeps what it was once given
     */
    softDelete?: Duration | false;
    /**
     * What becomes of objects by themselves: at most 100 rules.
     * @default nothing
     */
    lifecycleRules?: LifecycleRule[];
    /**
     * How long objects cannot be deleted or replaced.
     * @default they can at any time
     */
    retention?: RetentionPolicy;
    /**
     * Whether an object may have a retention of its own. Changing it makes another bucket ("Object Retention Lock").
     * @default false
     */
    objectRetention?: boolean;
    /**
     * Whether every new object is held, and cannot be deleted or replaced, until somebody releases it ("Object holds").
     * @default false
     */
    defaultEventBasedHold?: boolean;
    /**
     * The Cloud KMS key that objects are encrypted with, by its id, in the location of the bucket.
     * @default a key of Google's
     */
    encryptionKey?: pulumi.Input<string>;
    /**
     * What pages of other sites may do with objects in a browser.
     * @default nothing
     */
    cors?: CorsRule[];
    /**
     * The objects that stand for a folder and for what is not there, where a load balancer serves the bucket as a site.
     * Nothing becomes public by it.
     * @default none
     */
    website?: { mainPageSuffix?: string; notFoundPage?: string };
    /**
     * The bucket that gets a log of every access, hourly ("Usage logs and storage logs"); what is in there has names that
     * start with the prefix, which is this bucket's name when left out.
     * @default accesses are not logged
     */
    accessLogs?: { bucket: StorageBucket; prefix?: string };
    /**
     * A folder whose files become objects, each under its path in the folder; a file that is removed is deleted. What
     * the folder's `.gcloudignore` names is left out.
     * @default nothing is uploaded
     */
    upload?: string | FolderUpload;
    /**
     * Labels of the bucket: at most 64 ("Requirements for labels").
     * @default those of the environment
     */
    labels?: Record<string, pulumi.Input<string>>;
    /** The last word on a child's arguments. */
    transform?: { bucket?: Transform<BucketArgs>; object?: Transform<BucketObjectArgs> };
}

const bucketName = /^(?!goog)(?!.*google)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/;
const region = check.matching(/^[A-Za-z]+-[A-Za-z]+\d+$/, "must be a region such as europe-west1");
const texts = (wording: string) =>
    check.pipe(
        check.list(check.text(), wording),
        check.refine((items) => (items as unknown[]).length > 0, wording),
    );

const storageBucketArgs = check.options<StorageBucketArgs>({
    name: check.input(
        check.matching(
            bucketName,
            "must have 3 to 63 lower-case letters, digits, -, _ and ., start and end with a letter or digit, not start with goog, not contain google and be no IP address",
        ),
    ),
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
    softDelete: check.lazily((given) =>
        typeof given === "boolean"
            ? check.custom((value) => value === false, "must be a length of time, or false")
            : duration("7 days", "90 days"),
    ),
    lifecycleRules: lifecycle,
    retention: check.options<RetentionPolicy>(
        { period: duration("1 second", "36500 days"), locked: check.flag() },
        "period",
    ),
    objectRetention: check.flag(),
    defaultEventBasedHold: check.flag(),
    encryptionKey,
    cors: check.list(
        check.options<CorsRule>(
            {
                origins: texts("must be a list of sites"),
                methods: texts("must be a list of methods"),
                responseHeaders: texts("must be a list of headers"),
                maxAgeSeconds: check.whole(0, 2147483647, "seconds"),
            },
            "origins",
            "methods",
        ),
        "must be a list of rules",
    ),
    website: check.options<Required<StorageBucketArgs>["website"]>({
        mainPageSuffix: check.text(),
        notFoundPage: check.text(),
    }),
    accessLogs: check.options<Required<StorageBucketArgs>["accessLogs"]>(
        {
            bucket: check.component("StorageBucket"),
            prefix: check.matching(/^[^\r\n]{1,900}$/, "must be up to 900 characters on one line"),
        },
        "bucket",
    ),
    upload,
    labels,
    transform: transforms("bucket", "object"),
    ...componentArgs,
});

/** The arguments of a bucket with everything decided that they leave open. */
export type Decided = Omit<StorageBucketArgs, "upload"> &
    Required<Pick<StorageBucketArgs, "name" | "location">> & { upload?: FolderUpload };

/** Checks the arguments and decides what they leave open. */
export function decided(
    component: string,
    given: StorageBucketArgs,
    open: Required<Pick<StorageBucketArgs, "name" | "location">>,
): Decided {
    const completed = check.completed(given, {
        ...open,
        storageClass: "STANDARD",
        versioning: given?.retention === undefined,
    });
    return check.checked(`StorageBucket "${component}"`, completed, storageBucketArgs, problems) as Decided;
}

function problems(args: StorageBucketArgs): check.Problem[] {
    const { location, dataLocations, rpo, storageClass, autoclass } = args;
    const isRegion = typeof location === "string" && location.includes("-");
    const isPair = dataLocations !== undefined || (typeof location === "string" && /\d$/.test(location));
    const refused = (path: string, what: string, got: unknown) => ({ path, reason: `${what} (got ${display(got)}).` });
    return [
        ...(dataLocations && isRegion
            ? [refused("dataLocations", "needs a multi-region such as EU as the location", dataLocations)]
            : []),
        ...(rpo && (isRegion || (rpo === "ASYNC_TURBO" && typeof location === "string" && !isPair))
            ? [refused("rpo", "needs a pair of regions as the location", rpo)]
            : []),
        ...(autoclass && storageClass !== "STANDARD"
            ? [refused("storageClass", "must be STANDARD with autoclass", storageClass)]
            : []),
        ...lifecycleProblems(args.lifecycleRules, autoclass !== undefined),
    ];
}
